package io.bactrian.routes;

import io.bactrian.domain.Mode;
import io.bactrian.domain.Tracking;
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
        category = {
            Category.DATABASE},
        remote = false)
public final class WarehouseEndpoint extends DefaultEndpoint {

    @UriPath(description = "The table; created from the source's column types if it does not exist")
    @Metadata(required = true)
    private String table;
    @UriParam(defaultValue = "mirror", enums = "mirror,history,append,add", description = "mirror: the latest row of "
            + "each key, deletes applied. history: every version of each key, with the time from and to which it "
            + "was valid. append: every change, never updated. add: numbers are added to those of the key")
    private String mode = "mirror";
    @UriParam(description = "Columns that tell rows apart, separated by commas; the source table's primary key when not given")
    private String key;
    @UriParam(defaultValue = "apply", enums = "apply,mark", description = "What a delete does to a mirrored row. "
            + "apply: the row goes. mark: it stays, with the time in deleted_at")
    private String deletes = "apply";
    @UriParam(description = "For mode=history, columns whose change opens a new version, separated by commas; all columns when not given. "
            + "A change of the others overwrites them in the open version")
    private String track;
    @UriParam(defaultValue = "surrogate_key", description = "For mode=history, the column that numbers the versions of all keys")
    private String surrogate = "surrogate_key";

    WarehouseEndpoint(String uri, WarehouseComponent component) {
        super(uri, component);
    }

    @Override
    public Consumer createConsumer(Processor processor) {
        throw new IllegalArgumentException(
                getEndpointUri() + ": rows only go to a warehouse; a route begins with change:<database>.<table>");
    }

    @Override
    public Producer createProducer() {
        Mode how = modeOf();
        if (marks() && how != Mode.MIRROR) {
            throw new IllegalArgumentException(getEndpointUri() + ": deletes=mark needs mode=mirror");
        }
        if (track != null && how != Mode.HISTORY) {
            throw new IllegalArgumentException(getEndpointUri() + ": track=" + track + " needs mode=history");
        }
        if (how == Mode.ADD && ChangeEndpoint.names(key).isEmpty()) {
            throw new IllegalArgumentException(
                    getEndpointUri() + ": mode=add needs to know what its sums belong to. Name columns with key=");
        }
        Tracking tracking = how == Mode.HISTORY ? new Tracking(surrogate, ChangeEndpoint.names(track)) : null;
        return new WarehouseProducer(this, how, ChangeEndpoint.names(key), marks(), tracking);
    }

    /** How the table is kept. */
    public Mode modeOf() {
        try {
            return Mode.valueOf(mode.toUpperCase(Locale.ROOT));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(getEndpointUri() + ": mode is '" + mode + "'; expected mirror, history, append or add");
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

    public String getTrack() {
        return track;
    }

    public void setTrack(String track) {
        this.track = track;
    }

    public String getSurrogate() {
        return surrogate;
    }

    public void setSurrogate(String surrogate) {
        this.surrogate = surrogate;
    }
}
