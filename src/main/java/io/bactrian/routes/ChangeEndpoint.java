package io.bactrian.routes;

import io.bactrian.application.SourceCatalog;
import io.bactrian.domain.Operation;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Endpoint;
import org.apache.camel.MultipleConsumersSupport;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Receive the committed changes of one table of a source, one exchange a change. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "change", title = "Change", syntax = "change:table", consumerOnly = true, category = {
    Category.DATABASE}, remote = false)
public final class ChangeEndpoint extends DefaultEndpoint implements MultipleConsumersSupport {

    @UriPath(description = "Database and table, such as store.customers; with the source's name before it where two "
            + "sources have the same database. "
            + "Or topic: and the name of a topic that another pipeline writes, such as topic:curated.customers")
    @Metadata(required = true)
    private String table;
    @UriParam(description = "The operations that the route gets, separated by commas: read, insert, update, delete, "
            + "truncate. All when not given")
    private String operations;
    @UriParam(description = "Columns, separated by commas: an update that changes none of them is left out")
    private String onlyWhenChanged;
    @UriParam(description = "The pipeline that the route is part of; the name of the file's folder when not given")
    private String pipeline;

    ChangeEndpoint(String uri, ChangeComponent component) {
        super(uri, component);
    }

    @Override
    public Producer createProducer() {
        throw new IllegalArgumentException(
                getEndpointUri() + " is used as the end of a route; changes only come from it. Did you mean warehouse:" + table + "?");
    }

    @Override
    public Consumer createConsumer(Processor processor) throws Exception {
        Set<Operation> wanted = operationSet();
        String topic = one(this, SourceCatalog.class).topic(table);
        ChangeConsumer consumer = new ChangeConsumer(this, processor, one(this, RouteTable.class), topic, wanted, names(onlyWhenChanged));
        configureConsumer(consumer);
        return consumer;
    }

    /** A table's changes may feed a mirror, a history and a fact: as many routes as wanted. */
    @Override
    public boolean isMultipleConsumersSupported() {
        return true;
    }

    /** What Bactrian has put into Camel's registry. */
    static <T> T one(Endpoint endpoint, Class<T> type) {
        T found = endpoint.getCamelContext().getRegistry().findSingleByType(type);
        if (found == null) {
            throw new IllegalStateException(endpoint.getEndpointUri() + " needs a " + type.getSimpleName()
                    + " in Camel's registry, which Bactrian puts there; this Camel context has none");
        }
        return found;
    }

    private Set<Operation> operationSet() {
        if (operations == null || operations.isBlank()) {
            return EnumSet.allOf(Operation.class);
        }
        Set<Operation> set = EnumSet.noneOf(Operation.class);
        for (String name : names(operations)) {
            try {
                set.add(Operation.valueOf(name.toUpperCase(Locale.ROOT)));
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException(
                        getEndpointUri() + ": operations has '" + name + "'; expected some of read, insert, update, delete, truncate");
            }
        }
        return set;
    }

    static List<String> names(String list) {
        return list == null || list.isBlank()
                ? List.of()
                : Arrays.stream(list.split(",")).map(String::strip).filter(s -> !s.isEmpty()).toList();
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getOperations() {
        return operations;
    }

    public void setOperations(String operations) {
        this.operations = operations;
    }

    public String getOnlyWhenChanged() {
        return onlyWhenChanged;
    }

    public void setOnlyWhenChanged(String onlyWhenChanged) {
        this.onlyWhenChanged = onlyWhenChanged;
    }

    public String getPipeline() {
        return pipeline;
    }

    public void setPipeline(String pipeline) {
        this.pipeline = pipeline;
    }
}
