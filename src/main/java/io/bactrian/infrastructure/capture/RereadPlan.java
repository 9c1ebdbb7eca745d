package io.bactrian.infrastructure.capture;

import io.bactrian.application.ChangeLog;
import io.bactrian.application.Reread.Asked;
import io.bactrian.application.Reread;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.TableShape;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a capture would read, as far as the source's catalogue tells before the capture listens to the log.
 *
 * @param isFirst whether the source was never captured, so that a snapshot reads everything
 * @param first the tables of that snapshot, as far as the server knows already which the capture takes
 * @param reads by table, why it would be read again; those that were asked for and are not done are among them
 * @param undecided by table, what is other than when the log told of it last: only what the log tells of the statement
 * decides whether the table is read again
 */
public record RereadPlan(boolean isFirst, List<String> first, Map<String, String> reads, Map<String, String> undecided) {

    /** @param noted what is noted of the source's tables now */
    public static RereadPlan of(String source, ChangeLog.Tables noted, TableReader reader) {
        try {
            SchemaChanges schemas = new SchemaChanges(source, noted.shapes());
            Map<String, String> tables = reader.tables();
            Map<String, String> reads = new TreeMap<>();
            noted.everything().filter(Reread::isOpen).ifPresent(all -> reads.put("all tables", all.asked().reason()));
            noted.rereads().stream().filter(Reread::isOpen).forEach(one -> reads.put(one.asked().table(), one.asked().reason()));
            if (schemas.isNew()) {
                return new RereadPlan(true, List.copyOf(new TreeMap<>(tables).keySet()), reads, Map.of());
            }
            Map<String, TableShape> before = schemas.shapes();
            SchemaChanges.Consequences consequences = new SchemaChanges.Consequences();
            schemas.compare(tables, table -> shape(reader, table), reader::isGone, consequences);
            for (Asked asked : consequences.asked) {
                reads.putIfAbsent(asked.table(), asked.reason());
            }
            Map<String, String> undecided = new TreeMap<>();
            for (Map.Entry<String, TableShape> one : before.entrySet()) {
                // Where the catalogue tells the shape, the comparison has decided.
                if (tables.getOrDefault(one.getKey(), "told").isEmpty() && !one.getValue().equals(TableShape.unknown())) {
                    String others = others(one.getValue(), reader.schema(one.getKey()));
                    if (!others.isEmpty() && !reads.containsKey(one.getKey())) {
                        undecided.put(one.getKey(), others);
                    }
                }
            }
            return new RereadPlan(false, List.of(), reads, undecided);
        } catch (SQLException e) {
            throw new IllegalStateException("source " + source + ": its tables could not be looked at: " + e.getMessage(), e);
        }
    }

    private static TableShape shape(TableReader reader, String table) {
        try {
            return reader.shape(table);
        } catch (SQLException e) {
            throw new IllegalStateException("the columns of " + table + " could not be looked at: " + e.getMessage(), e);
        }
    }

    private static String others(TableShape before, TableSchema now) {
        Map<String, String> old = new LinkedHashMap<>();
        before.columns().forEach(column -> old.put(column.name(), column.type()));
        List<String> others = new ArrayList<>();
        now.columns().forEach(column -> {
            String was = old.remove(column.name());
            if (was == null) {
                others.add("column " + column.name() + " came");
            } else if (!was.equals(column.type().toString())) {
                others.add("column " + column.name() + " is " + column.type() + " and was " + was);
            }
        });
        old.keySet().forEach(column -> others.add("column " + column + " went"));
        if (!now.key().equals(before.key())) {
            others.add("the primary key is " + now.key() + " and was " + before.key());
        }
        return String.join("; ", others);
    }
}
