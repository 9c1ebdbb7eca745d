package io.bactrian.engines.sql;

import io.bactrian.domain.Row;

/** Which number stands for the topic and partition of a row's change, in {@link OwnColumns#LOG}. */
public interface LogNumbers {

    /** @throws IllegalStateException if the row's partition is not locked in this batch */
    int log(Row row);
}
