package io.bactrian.domain;

import java.util.function.Function;

/** A column whose value a route computes of each image: one that is there, with a new value, or one more. */
public final class ComputedColumn {

    private static final ColumnType ANY_TEXT = ColumnType.of(ColumnType.Kind.TEXT);

    private record Plan(TableSchema schema, int place, ColumnType type) {
    }

    private final String name;
    private final PerSchema<Plan> plans;

    /**
     * @param type the column's type as {@link ColumnType#parse} reads it; null for the type that it has, or text when
     * it is new
     */
    public ComputedColumn(String name, String type) {
        this.name = name;
        ColumnType wanted = type == null ? null : typeOf(name, type);
        this.plans = new PerSchema<>((schema, table) -> {
            int place = schema.place(name);
            ColumnType own = wanted != null ? wanted : place < 0 ? ANY_TEXT : schema.column(place).type();
            TableSchema changed = schema.with(new Column(name, own, true));
            return new Plan(changed, changed.place(name), own);
        });
    }

    private static ColumnType typeOf(String name, String type) {
        try {
            return Conversion.typeOf(type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("set-column: type of column '" + name + "': " + e.getMessage(), e);
        }
    }

    /** The change with the column computed of each of its images. */
    public Change apply(Change change, Function<Image, Object> value) {
        return change.mapImages(image -> {
            Plan plan = plans.of(image.schema(), change.table());
            return image.under(plan.schema(), plan.place(), converted(value.apply(image), plan.type(), change.table()));
        });
    }

    private Object converted(Object value, ColumnType type, String table) {
        try {
            return Conversion.convert(value, type);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "set-column: '" + value + "' cannot be " + type + " in column '" + name + "' of " + table + ": "
                            + e.getMessage(),
                    e);
        }
    }
}
