package io.bactrian.engines.sql.modes;

import io.bactrian.application.Warehouse.Refusal;
import io.bactrian.domain.Row;
import java.sql.SQLException;
import java.util.List;

/** Brings the rows of one batch into one table. */
public interface TargetWriter {

    void write(List<Row> rows, List<Refusal> refusals) throws SQLException;

    /** For replayed dead letters: few rows, each checked against what is there. */
    void writeUnlessNewer(List<Row> rows, List<Refusal> refusals) throws SQLException;
}
