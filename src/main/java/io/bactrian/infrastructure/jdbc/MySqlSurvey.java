package io.bactrian.infrastructure.jdbc;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** What is in the databases of a MySQL server, for somebody who is about to capture them. */
public final class MySqlSurvey {

    /** @param keyed whether it has a primary key */
    public record Table(String database, String name, List<String> columns, boolean keyed) {
    }

    private MySqlSurvey() {
    }

    /** @throws SQLException when the server does not answer or lets nobody in; its message says which */
    public static List<Table> tables(String host, int port, String user, String password, List<String> databases) throws SQLException {
        List<Table> tables = new ArrayList<>();
        try (Connection connection = MySqlQuestions.connect("jdbc:mysql://" + host + ":" + port + "/", user, password)) {
            for (String database : databases) {
                for (String name : FirstColumn.of(connection, "select table_name from information_schema.tables where table_schema = ? and table_type = 'BASE TABLE' order by table_name", database)) {
                    List<String> columns = FirstColumn.of(connection, "select column_name from information_schema.columns where table_schema = ? and table_name = ? order by ordinal_position", database, name);
                    boolean keyed = !FirstColumn.of(connection, "select column_name from information_schema.statistics where table_schema = ? and table_name = ? and index_name = 'PRIMARY'", database, name).isEmpty();
                    tables.add(new Table(database, name, columns, keyed));
                }
            }
        }
        return tables;
    }
}
