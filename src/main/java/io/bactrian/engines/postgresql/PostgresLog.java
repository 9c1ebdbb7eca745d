package io.bactrian.engines.postgresql;

import io.bactrian.application.Health;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.CaptureProgress;
import io.bactrian.engines.SourceLog;
import io.bactrian.engines.TableReader;
import io.bactrian.infrastructure.capture.ColumnParameters;
import io.debezium.data.Enum;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** PostgreSQL's log, decoded by pgoutput through a replication slot. */
public final class PostgresLog implements SourceLog {

    /** Nobody's text: it would be taken for a value that was not sent. */
    private final String notSent = "not sent " + UUID.randomUUID();
    private final byte[] notSentBytes = notSent.getBytes(StandardCharsets.UTF_8);
    private final Properties engine;
    private final PostgresSlot slot;

    public PostgresLog(Properties engine) {
        this.engine = engine;
        slot = new PostgresSlot(engine);
    }

    @Override
    public void complete(Properties properties) {
        properties.setProperty("plugin.name", "pgoutput");
        properties.setProperty("slot.name", slot.slot());
        properties.setProperty("publication.name", slot.publication());
        // The publication is made and looked at before each start; the slot goes on request only, or it would take the
        // position with it.
        properties.setProperty("publication.autocreate.mode", "disabled");
        properties.setProperty("publish.via.partition.root", "true");
        properties.setProperty("slot.drop.on.stop", "false");
        // The capture itself begins again.
        properties.setProperty("slot.max.retries", "0");
        properties.setProperty("unavailable.value.placeholder", notSent);
        // NaN has no other form, and would end the capture.
        properties.setProperty("decimal.handling.mode", "string");
        properties.setProperty("interval.handling.mode", "string");
        properties.setProperty("hstore.handling.mode", "json");
        // Left out, a column of a type that Debezium does not know would be missing without a word.
        properties.setProperty("include.unknown.datatypes", "true");
        properties.setProperty("provide.transaction.metadata", "false");
        // With what the engine stores the server hears how much of its log may go.
        properties.setProperty("offset.flush.interval.ms", "5000");
    }

    @Override
    public void prepare(Properties run, Map<String, String> offsets) {
        slot.prepare(run, offsets);
    }

    @Override
    public CaptureProgress progress(Map<String, String> offsets) {
        return new PostgresProgress(offsets);
    }

    @Override
    public ColumnType type(String table, String column, Schema schema) {
        // It got the name after the start, which looks at all of them.
        if (PostgresNames.isMisread(table + column)) {
            throw new IllegalArgumentException(
                    PostgresNames.fault(List.of("of a table or column renamed or created since the start")) + "; "
                            + PostgresNames.remedy());
        }
        Map<String, String> parameters = schema.parameters() == null ? Map.of() : schema.parameters();
        String type = parameters.get(ColumnParameters.TYPE);
        if (type == null) {
            throw new IllegalArgumentException(
                    "column " + table + "." + column + " came without its type in the source (" + ColumnParameters.TYPE + ")");
        }
        String word = Enum.LOGICAL_NAME.equals(schema.name()) ? "enum" : type;
        if (!PostgresTypes.isName(word)) {
            return slot.typeOf(table, column);
        }
        return PostgresTypes.of(table + "." + column, word, Integer.parseInt(parameters.getOrDefault(ColumnParameters.LENGTH, "0")),
                Integer.parseInt(parameters.getOrDefault(ColumnParameters.SCALE, "0")));
    }

    /** The place-holder comes in the form of the column's type. */
    @Override
    public boolean isNotSent(Object value) {
        if (value instanceof String text) {
            return text.contains(notSent);
        }
        if (value instanceof ByteBuffer bytes) {
            return bytes.equals(ByteBuffer.wrap(notSentBytes));
        }
        if (value instanceof byte[] bytes) {
            return Arrays.equals(bytes, notSentBytes);
        }
        if (value instanceof List<?> list && !list.isEmpty()) {
            return list.size() == 1 && (isNotSent(list.get(0)) || UUID.nameUUIDFromBytes(notSentBytes).toString().equals(list.get(0)))
                    || list.size() == notSentBytes.length && areTheBytes(list);
        }
        return false;
    }

    private boolean areTheBytes(List<?> list) {
        for (int i = 0; i < notSentBytes.length; i++) {
            if (!(list.get(i) instanceof Number number) || number.longValue() != notSentBytes[i]) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean logsWholeRows(String table) {
        return slot.logsWholeRows(table);
    }

    /**
     * A table may have got the replica identity FULL after this row was logged: a row without a value that must be
     * there was not whole.
     */
    @Override
    public boolean isWhole(Struct row) {
        for (Field field : row.schema().fields()) {
            if (!field.schema().isOptional() && row.getWithoutDefault(field.name()) == null) {
                return false;
            }
        }
        return true;
    }

    @Override
    public TableReader reader() {
        return new PostgresTableReader(engine);
    }

    /** By the classes of SQLSTATE: connection exception, and what an operator did. */
    @Override
    public boolean isLostConnection(Throwable failure) {
        return failure instanceof SQLException e && e.getSQLState() != null
                && (e.getSQLState().startsWith("08") || e.getSQLState().startsWith("57P"));
    }

    @Override
    public void watch(String source, Health health) {
        slot.watch(source, health);
    }
}
