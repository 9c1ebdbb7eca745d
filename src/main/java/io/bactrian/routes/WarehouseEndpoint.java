package io.bactrian.routes;

import io.bactrian.domain.Mode;
import java.util.Locale;
import org.apache.camel.Category;
import org.apache.camel.Consumer;
import org.apache.camel.Processor;
import org.apache.camel.Producer;
import org.apache.camel.spi.Metadata;
import org.apache.camel.spi.UriEndpoint;
import org.apache.camel.spi.UriParam;
import org.apache.camel.spi.UriPath;
import org.apache.camel.support.DefaultEndpoint;

/** Add rows to the batch under way, which becomes one transaction of the pipeline's warehouse. */
@UriEndpoint(firstVersion = "0.1.0", scheme = "warehouse", title = "Warehouse", syntax = "warehouse:table", producerOnly = true,
        category = {Category.DATABASE}, remote = false)
public final class WarehouseEndpoint extends DefaultEndpoint {

    @UriPath(description = "The table; made from the source's column types when it is not there")
    @Metadata(required = true)
    private String table;
    @UriParam(defaultValue = "mirror", enums = "mirror,append",
            description = "mirror: the latest row of each key, deletes applied. append: every change, never updated")
    private String mode = "mirror";
    @UriParam(description = "Columns that tell rows apart, separated by commas; the source table's primary key when not given")
    private String key;
    @UriParam(defaultValue = "apply", enums = "apply,mark",
            description = "What a delete does to a mirrored row. apply: the row goes. mark: it stays, with the time in deleted_at")
    private String deletes = "apply";

    WarehouseEndpoint(String uri, WarehouseComponent component) {
        super(uri, component);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new IllegalArgumentException(getEndpointUri() + ": rows only go to a warehouse; a route begins with change:<database>.<table>");
    }

    @Override
    public Producer createProducer() {
        if (marks() && modeOf() != Mode.MIRROR) {
            throw new IllegalArgumentException(getEndpointUri() + ": deletes=mark needs mode=mirror");
        }
        return new WarehouseProducer(this, modeOf(), ChangeEndpoint.names(key), marks());
    }

    private Mode modeOf() {
        try {
            return Mode.valueOf(mode.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": mode is '" + mode + "'; expected mirror or append");
        }
    }

    private boolean marks() {
        return switch (deletes) {
            case "apply" -> false;
            case "mark" -> true;
            default -> throw new IllegalArgumentException(getEndpointUri() + ": deletes is '" + deletes + "'; expected apply or mark");
        };
    }

    public String getTable() {
        return table;
    }

    public void setTable(String table) {
        this.table = table;
    }

    public String getMode() {
        return mode;
    }

    public void setMode(String mode) {
        this.mode = mode;
    }

    public String getKey() {
        return key;
    }

    public void setKey(String key) {
        this.key = key;
    }

    public String getDeletes() {
        return deletes;
    }

    public void setDeletes(String deletes) {
        this.deletes = deletes;
    }
}
