package io.bactrian.domain;

import java.util.List;
import java.util.Objects;

/**
 * How a history is kept.
 *
 * @param surrogate the column that numbers the versions of all keys
 * @param columns those whose change opens a new version; empty for all. The others are overwritten in the open version
 */
public record Tracking(String surrogate, List<String> columns) {

    public Tracking {
        Objects.requireNonNull(surrogate, "surrogate");
        columns = List.copyOf(columns);
    }

    boolean tracks(String column) {
        return columns.isEmpty() || columns.contains(column);
    }
}
