package io.bactrian.infrastructure.capture;

/** Parameters of a field's schema in which Debezium names the column's type in the source. */
public final class ColumnParameters {

    public static final String TYPE = "__debezium.source.column.type";
    public static final String LENGTH = "__debezium.source.column.length";
    public static final String SCALE = "__debezium.source.column.scale";

    private ColumnParameters() {
    }
}
