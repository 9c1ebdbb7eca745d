package io.bactrian.domain;

import java.util.Objects;

/** One column of a source's table, as it was when the change was committed. */
public record Column(String name, ColumnType type, boolean nullable) {
    public Column {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(type, "type");
    }
}
