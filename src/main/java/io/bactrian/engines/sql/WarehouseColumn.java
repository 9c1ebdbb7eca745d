package io.bactrian.engines.sql;

import io.bactrian.domain.ColumnType;

/** A column that rows are written to, with the source's type of its values. */
public record WarehouseColumn(String name, ColumnType type) {
}
