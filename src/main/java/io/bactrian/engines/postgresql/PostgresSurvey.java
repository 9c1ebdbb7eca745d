package io.bactrian.engines.postgresql;

import io.bactrian.engines.Survey;
import io.bactrian.engines.SurveyedTable;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** What is in some schemas of a PostgreSQL database. To see it, a login is enough. */
public final class PostgresSurvey {

    private PostgresSurvey() {
    }

    /** @throws SQLException when the server does not answer or lets nobody in; its message says which */
    public static Survey of(String host, int port, String database, String user, String password, List<String> schemas)
            throws SQLException {
        List<SurveyedTable> tables = new ArrayList<>();
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("socketTimeout", "30");
        try (Connection connection = DriverManager.getConnection("jdbc:postgresql://" + host + ":" + port + "/" + database, properties)) {
            List<PostgresTables.SourceTable> all = PostgresTables.all(connection);
            for (String schema : schemas) {
                for (PostgresTables.SourceTable table : all) {
                    if (table.schema().equals(schema)) {
                        tables.add(surveyed(connection, table));
                    }
                }
            }
            return new Survey(tables, all.stream().map(PostgresTables.SourceTable::schema).distinct().toList());
        }
    }

    private static SurveyedTable surveyed(Connection connection, PostgresTables.SourceTable table) throws SQLException {
        List<PostgresSource.Found> columns = PostgresSource.found(connection, table.schema(), table.name());
        List<String> key = PostgresSource.key(connection, table.schema(), table.name());
        List<PostgresSource.Found> unknown = columns.stream().filter(column -> !column.isKnown()).toList();
        String obstacle = !table.misread().isEmpty()
                ? "the log would have other names instead of " + table.misread()
                : unknown.stream().filter(column -> key.contains(column.name())).findFirst()
                        .map(column -> "its key has the column " + column.name() + " of the type " + column.shownType()
                                + ", which cannot be captured")
                        .orElse("");
        return new SurveyedTable(table.schema(), table.name(),
                columns.stream().filter(PostgresSource.Found::isKnown).map(PostgresSource.Found::name).toList(),
                unknown.stream().map(column -> new SurveyedTable.Unknown(column.name(), column.shownType())).toList(), table.keyed(),
                table.unlogged(), obstacle);
    }
}
