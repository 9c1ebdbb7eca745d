package io.bactrian.testing;

import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Row;
import io.bactrian.domain.Version;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/**
 * What a history must come to: one change at a time, every version in memory, each rule written out where it applies.
 */
public final class NaiveHistory {

    private static final class Entry {
        private Map<String, Object> values = new HashMap<>();
        private Instant from;
        private Instant to = Version.OPEN_END;
        private boolean current = true;
        private Instant deleted;
        private long log;
        private long offset;
    }

    private final Map<String, List<Entry>> byKey = new TreeMap<>();

    public void apply(Row row, long log) {
        long offset = row.version().offset();
        if (row.meaning() == Meaning.CLEAR) {
            for (List<Entry> versions : byKey.values()) {
                Entry last = versions.get(versions.size() - 1);
                if (last.current && last.log == log && last.offset < offset) {
                    last.to = max(row.at(), last.from);
                    last.current = false;
                    last.deleted = row.change().snapshot() ? null : last.to;
                    last.offset = offset;
                }
            }
            return;
        }
        List<Entry> versions = byKey.computeIfAbsent(row.key().toString(), key -> new ArrayList<>());
        Entry last = versions.isEmpty() ? null : versions.get(versions.size() - 1);
        if (last != null && last.log == log && last.offset >= offset) {
            return;
        }
        if (row.meaning() == Meaning.DELETE) {
            if (last != null && last.current) {
                last.to = max(row.at(), last.from);
                last.current = false;
                last.deleted = last.to;
                last.log = log;
                last.offset = offset;
            }
        } else if (last == null) {
            add(versions, row, row.change().operation() == Operation.READ ? Version.BEGINNING : row.at(), log);
        } else if (last.deleted != null) {
            add(versions, row, max(row.at(), last.to), log);
        } else if (row.image().keySet().stream()
                .anyMatch(column -> tracked(row, column) && !Objects.equals(last.values.get(column), row.image().get(column)))) {
            last.to = max(row.at(), last.from);
            last.current = false;
            last.log = log;
            last.offset = offset;
            add(versions, row, last.to, log);
        } else if (!last.current
                || row.image().keySet().stream().anyMatch(column -> !Objects.equals(last.values.get(column), row.image().get(column)))) {
            last.values.putAll(row.image());
            last.to = Version.OPEN_END;
            last.current = true;
            last.log = log;
            last.offset = offset;
        }
        byKey.values().removeIf(List::isEmpty);
    }

    private static boolean tracked(Row row, String column) {
        List<String> columns = row.target().tracking().columns();
        return columns.isEmpty() || columns.contains(column);
    }

    private static void add(List<Entry> versions, Row row, Instant from, long log) {
        Entry entry = new Entry();
        entry.values.putAll(row.image());
        entry.from = from;
        entry.log = log;
        entry.offset = row.version().offset();
        versions.add(entry);
    }

    private static Instant max(Instant a, Instant b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    /**
     * Every version: those columns' values, number, from, to, current, deleted, log and offset; in the order of keys.
     */
    public List<String> lines(String... columns) {
        List<String> lines = new ArrayList<>();
        byKey.values().forEach(versions -> {
            for (int i = 0; i < versions.size(); i++) {
                Entry entry = versions.get(i);
                StringBuilder line = new StringBuilder();
                for (String column : columns) {
                    line.append(entry.values.get(column)).append('|');
                }
                lines.add(line.append(line(i + 1, entry.from, entry.to, entry.current, entry.deleted, entry.log, entry.offset)).toString());
            }
        });
        return lines;
    }

    public static String line(Version version, String... columns) {
        StringBuilder line = new StringBuilder();
        Image image = version.image();
        for (String column : columns) {
            line.append(image.get(column)).append('|');
        }
        return line
                .append(line(version.number(), version.validFrom(), version.validTo(), version.current(), version.deletedAt(),
                        version.log(), version.offset()))
                .toString();
    }

    private static String line(int number, Instant from, Instant to, boolean current, Instant deleted, long log, long offset) {
        return number + "|" + from + "|" + to + "|" + (current ? 1 : 0) + "|" + deleted + "|" + log + "|" + offset;
    }
}
