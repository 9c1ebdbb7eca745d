package io.bactrian.engines;

import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a schema change leaves of a source's table: as much as is needed to tell whether rows that were there are others
 * now. It is kept with the source's offsets, so that a change after a restart is compared with what was before.
 *
 * @param identity tells it from another table that had its name before
 * @param parts its partitions; one that held rows when it was looked at ends in {@link #FILLED}
 */
public record TableShape(List<ShapeColumn> columns, List<String> key, String identity, List<String> parts) {

    public static final String FILLED = "+";

    private static final Set<Kind> WHOLE_NUMBERS = EnumSet.of(Kind.INT8, Kind.INT16, Kind.INT24, Kind.INT32, Kind.INT64, Kind.UINT8,
            Kind.UINT16, Kind.UINT24, Kind.UINT32, Kind.UINT64);
    private static final Set<Kind> TEXTS = EnumSet.of(Kind.STRING, Kind.TEXT);
    private static final Set<Kind> BYTES = EnumSet.of(Kind.BYTES, Kind.BLOB);

    public TableShape {
        columns = List.copyOf(columns);
        key = List.copyOf(key);
        parts = List.copyOf(parts);
    }

    /** Of a table whose log tells when another one takes its name, and of rows that come or go with a part of it. */
    public TableShape(List<ShapeColumn> columns, List<String> key) {
        this(columns, key, "", List.of());
    }

    /**
     * @param type as {@link ColumnType} writes it
     * @param padded whether values are filled up to the length, so that a longer one has other values
     * @param filled whether rows that were there get something else than NULL when the column is added
     * @param members the values that an enumeration allows; empty for every other type
     */
    public record ShapeColumn(String name, String type, boolean padded, boolean nullable, boolean filled, List<String> members) {
        public ShapeColumn {
            members = List.copyOf(members);
        }
    }

    /** Of a table that is there, and of which nobody has told how it is. */
    public static TableShape unknown() {
        return new TableShape(List.of(), List.of());
    }

    /**
     * Why rows that were there before a change may be others now than what the warehouse has of them; empty if they are
     * not. Of columns that are gone nobody needs anything, and a column that is added with NULL has NULL.
     */
    public Optional<String> whyRowsDiffer(TableShape before) {
        if (before.columns().isEmpty()) {
            return Optional.of("how the table was before is not known");
        }
        Map<String, ShapeColumn> old = new LinkedHashMap<>();
        before.columns().forEach(column -> old.put(column.name(), column));
        List<String> reasons = new ArrayList<>();
        List<String> added = new ArrayList<>();
        for (ShapeColumn column : columns) {
            ShapeColumn was = old.remove(column.name());
            if (was == null) {
                added.add(column.name());
                if (column.filled()) {
                    reasons.add("column " + column.name() + " was added with a value in every row");
                }
            } else {
                converted(was, column).ifPresent(reasons::add);
            }
        }
        if (!added.isEmpty() && !old.isEmpty()) {
            reasons.add("columns " + old.keySet() + " went and " + added + " came, perhaps by renaming");
        }
        if (!key.equals(before.key())) {
            reasons.add("the primary key is " + key + " now and was " + before.key());
        }
        if (!identity.equals(before.identity())) {
            reasons.add("another table has its name");
        } else {
            parts(before).ifPresent(reasons::add);
        }
        return reasons.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", reasons));
    }

    private Optional<String> parts(TableShape before) {
        Set<String> old = before.parts().stream().map(TableShape::name).collect(Collectors.toSet());
        // One that came without rows gets them as changes.
        if (parts.stream().anyMatch(part -> part.endsWith(FILLED) && !old.contains(name(part)))) {
            return Optional.of("a partition came that holds rows");
        }
        parts.forEach(part -> old.remove(name(part)));
        return old.isEmpty() ? Optional.empty() : Optional.of("a partition is gone, with its rows");
    }

    private static String name(String part) {
        return part.endsWith(FILLED) ? part.substring(0, part.length() - FILLED.length()) : part;
    }

    private static Optional<String> converted(ShapeColumn was, ShapeColumn now) {
        if (!keepsValues(was, now)) {
            return Optional.of("column " + now.name() + " was " + shown(was) + " and is " + shown(now) + ", so its values may be others");
        }
        if (was.nullable() && !now.nullable()) {
            return Optional.of("column " + now.name() + " no longer takes NULL, so what was NULL may be something else");
        }
        return Optional.empty();
    }

    private static String shown(ShapeColumn column) {
        return column.members().isEmpty() ? column.type() : "one of " + column.members();
    }

    private static boolean keepsValues(ShapeColumn was, ShapeColumn now) {
        if (was.padded() != now.padded() || was.members().isEmpty() != now.members().isEmpty()) {
            return false;
        }
        if (!was.members().isEmpty()) {
            // A row holds the number of the value: those that were there must keep theirs.
            return now.members().size() >= was.members().size() && now.members().subList(0, was.members().size()).equals(was.members());
        }
        if (was.type().equals(now.type())) {
            return true;
        }
        ColumnType before = ColumnType.parse(was.type());
        ColumnType after = ColumnType.parse(now.type());
        return !now.padded() && isOneFamily(before.kind(), after.kind()) && after.holds(before);
    }

    private static boolean isOneFamily(Kind one, Kind other) {
        return one == other
                || Set.of(WHOLE_NUMBERS, TEXTS, BYTES).stream().anyMatch(family -> family.contains(one) && family.contains(other));
    }
}
