package io.bactrian.engines.mysql;

import io.bactrian.engines.Survey;
import io.bactrian.engines.SurveyedTable;
import io.bactrian.engines.sql.FirstColumn;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What is in some databases of a MySQL server. A user sees what it has a right to. */
public final class MySqlSurvey {

    private MySqlSurvey() {
    }

    /** @throws SQLException when the server does not answer or lets nobody in; its message says which */
    public static Survey of(String host, int port, String user, String password, List<String> databases) throws SQLException {
        List<SurveyedTable> tables = new ArrayList<>();
        try (Connection connection = MySqlQuestions.connect("jdbc:mysql://" + host + ":" + port + "/", user, password)) {
            for (String database : databases) {
                for (String name : FirstColumn.of(connection,
                        "select table_name from information_schema.tables where table_schema = ? and table_type = "
                                + "'BASE TABLE' order by table_name",
                        database)) {
                    List<String> columns = FirstColumn.of(connection,
                            "select column_name from information_schema.columns where table_schema = ? and table_name "
                                    + "= ? order by ordinal_position",
                            database, name);
                    boolean keyed = !FirstColumn.of(connection,
                            "select column_name from information_schema.statistics where table_schema = ? and "
                                    + "table_name = ? and index_name = 'PRIMARY'",
                            database, name).isEmpty();
                    tables.add(new SurveyedTable(database, name, columns, List.of(), keyed, List.of(), ""));
                }
            }
            return new Survey(tables,
                    FirstColumn.of(connection,
                            "select distinct table_schema from information_schema.tables where table_type = 'BASE TABLE' "
                                    + "and table_schema not in ('mysql', 'information_schema', 'performance_schema', 'sys') order by 1"));
        }
    }
}
