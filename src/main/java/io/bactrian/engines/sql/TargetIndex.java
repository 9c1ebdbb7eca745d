package io.bactrian.engines.sql;

import java.util.List;

/** An index that a target's table is made with, besides its primary key. */
public record TargetIndex(String name, boolean unique, List<String> columns) {
}
