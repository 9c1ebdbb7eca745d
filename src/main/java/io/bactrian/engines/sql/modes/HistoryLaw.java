package io.bactrian.engines.sql.modes;

import io.bactrian.application.Histories.HistoryTable;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.OwnColumns;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Looks for versions that do not fit to their neighbours. */
public final class HistoryLaw {

    /** What tells a history from other tables. */
    public static boolean isHistory(List<String> columns) {
        return columns.containsAll(Target.HISTORY_COLUMNS) && columns.contains(OwnColumns.LOG);
    }

    private static final int NAMED = 20;

    private static final String FAULTS = """
            with chained as (
              select KEY, version, valid_from, valid_to, is_current, deleted_at,
                row_number() over in_order as place,
                lead(valid_from) over in_order as next_from
              from TABLE window in_order as (partition by KEY order by version)),
            judged as (
              select KEY, version, case
                when version <> place then 'the versions before it are not numbered without holes'
                when valid_from > valid_to then 'it ends before it begins'
                when next_from < valid_to then 'the next version begins before it ends'
                when next_from > valid_to and deleted_at is null then 'it ends before the next version begins, and was not deleted'
                when next_from is not null and is_current = 1 then 'it is current, and not the last one'
                when is_current = 1 and valid_to <> timestamp '9999-12-31 00:00:00' then 'it is current, and has an end'
                when is_current = 1 and deleted_at is not null then 'it is current, and deleted'
                when is_current <> 1 and valid_to = timestamp '9999-12-31 00:00:00' then 'it is not current, and has no end'
                end as fault
              from chained)
            select KEY, version, fault from judged where fault is not null order by KEY, version limit NAMED""";

    private HistoryLaw() {
    }

    public static List<String> violations(Connection connection, Dialect dialect, HistoryTable history) throws SQLException {
        String key = history.key().stream().map(dialect.words()::quote).collect(Collectors.joining(", "));
        String sql = FAULTS.replace("KEY", key).replace("TABLE", dialect.words().quote(history.table())).replace("NAMED",
                Integer.toString(NAMED));
        List<String> violations = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(sql); ResultSet rows = statement.executeQuery()) {
            while (rows.next()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= history.key().size(); i++) {
                    values.add(history.key().get(i - 1) + " " + rows.getString(i));
                }
                violations.add(
                        history.table() + ": " + String.join(", ", values) + ", version " + rows.getInt(history.key().size() + 1) + ": "
                                + rows.getString(history.key().size() + 2));
            }
        }
        return violations;
    }
}
