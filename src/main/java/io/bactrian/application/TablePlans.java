package io.bactrian.application;

import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import java.util.List;

/** What a warehouse would do to its tables before it writes rows to them. Reads only, so repeating it is safe. */
public interface TablePlans {

    /**
     * @param schema of the rows that are to be written
     * @param source the source's table that they come from, for the way out
     */
    TablePlan plan(Target target, TableSchema schema, String source);

    /**
     * @param table as the target names it
     * @param isNew whether there is no such table yet
     * @param statements what would run, in that order; empty if the table takes the rows as it is, or never will
     * @param losses for each column that would cut, round or refuse values if it stayed as it is: what it is, and what
     * the rows have
     * @param fault why the table cannot be made such that it takes the rows, and the way out; empty if it can
     */
    record TablePlan(String table, boolean isNew, List<String> statements, List<String> losses, String fault) {
        public TablePlan {
            statements = List.copyOf(statements);
            losses = List.copyOf(losses);
        }
    }
}
