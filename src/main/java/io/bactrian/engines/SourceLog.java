package io.bactrian.engines;

import io.bactrian.application.Health;
import io.bactrian.domain.ColumnType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;

/** All that differs between the databases whose logs are captured; nobody else here asks which it is. */
public interface SourceLog {

    /** Puts on top of the engine's properties what exactly-once and exact values ask for. */
    void complete(Properties properties);

    /**
     * Looks, before an engine starts, whether the log can be read on from there, and makes what is needed for it.
     *
     * @param run the properties of that engine, which may be changed
     * @throws RuntimeException with the way out when it can not
     */
    void prepare(Properties run, Map<String, String> offsets);

    CaptureProgress progress(Map<String, String> offsets);

    /** @throws IllegalArgumentException for a type that is not known */
    ColumnType type(String table, String column, Schema schema);

    /** Whether this value stands for one that the log does not hold. */
    boolean isNotSent(Object value);

    /** Whether the rows before that the log holds of a table have all columns; else they have the key's. */
    boolean logsWholeRows(String table);

    /** Whether a whole row, as {@link #logsWholeRows} says, is one after all. */
    default boolean isWhole(Struct row) {
        return true;
    }

    /**
     * Whether the engine ended with this since the connection to the log did. One that ends without a failure, the
     * capture notices by itself.
     */
    default boolean isLostConnection(Throwable failure) {
        return false;
    }

    /** What a record of the log that is no change of a row tells about tables. */
    default List<SchemaEvent> schemaEvents(SourceRecord record) {
        return List.of();
    }

    /** Reads the source's tables beside the log. Nothing is connected yet. */
    TableReader reader();

    /** Whether a failure of the engine says that the server no longer has the log that it asks for. */
    default boolean isLogGone(String failure) {
        return false;
    }

    /**
     * How long a log that is being read may have nothing to tell, not even a heartbeat; longer, and nobody sends it.
     */
    default Optional<Duration> longestSilence() {
        return Optional.empty();
    }

    /**
     * Tells in a part of its own of the health when the log that the capture still needs may soon be gone; called now
     * and then.
     */
    void watch(String source, Health health);
}
