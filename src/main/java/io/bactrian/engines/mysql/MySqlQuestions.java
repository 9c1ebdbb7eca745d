package io.bactrian.engines.mysql;

import io.bactrian.application.Findings;
import io.bactrian.engines.sql.FirstColumn;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Locale;
import java.util.Properties;

/**
 * A connection for a check: no question takes longer than some seconds, and none that fails hides the next one's
 * answer.
 */
final class MySqlQuestions implements AutoCloseable {

    private static final String CONNECT_MILLIS = "5000";
    private static final String ANSWER_MILLIS = "10000";
    private static final int ACCESS_DENIED = 1045;
    private static final int HOST_REFUSED = 1130;
    static final int NO_DATABASE = 1049;
    static final int NOT_ON_DATABASE = 1044;

    interface Asking {
        void ask() throws SQLException;
    }

    private final Findings findings;
    private final Connection connection;

    private MySqlQuestions(Findings findings, Connection connection) {
        this.findings = findings;
        this.connection = connection;
    }

    static Connection connect(String url, String user, String password, String... more) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", CONNECT_MILLIS);
        properties.setProperty("socketTimeout", ANSWER_MILLIS);
        properties.setProperty("allowPublicKeyRetrieval", "true");
        for (int i = 0; i < more.length; i += 2) {
            properties.setProperty(more[i], more[i + 1]);
        }
        return DriverManager.getConnection(url, properties);
    }

    /** @return null when there is no connection, which is among the findings then */
    static MySqlQuestions open(Findings findings, String url, String where, String user, String password, String settings,
            String noDatabase) {
        try {
            return new MySqlQuestions(findings, connect(url, user, password, "connectionTimeZone", "UTC"));
        } catch (SQLException e) {
            String said = firstLine(e);
            if (e.getErrorCode() == ACCESS_DENIED || e.getErrorCode() == HOST_REFUSED) {
                findings.fault("the server at " + where + " rejects user '" + user + "': " + said, "nothing can be read or written",
                        "set the right " + settings + ".user and .password (" + variable(settings)
                                + "_PASSWORD); whether the user exists: SELECT user, host FROM mysql.user;");
            } else if (e.getErrorCode() == NO_DATABASE || e.getErrorCode() == NOT_ON_DATABASE) {
                findings.fault("the server at " + where + " does not let user '" + user + "' use the database: " + said,
                        "nothing can be written", noDatabase);
            } else {
                findings.fault("no answer from " + where + ": " + said, "nothing can be read or written",
                        "is the server running, and can this host reach it? If it is elsewhere, set " + settings
                                + (settings.contains(".source.") ? ".host and .port" : ".url"));
            }
            return null;
        }
    }

    private static String variable(String settings) {
        return settings.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    static String firstLine(SQLException e) {
        return e.getMessage() == null ? e.toString() : e.getMessage().lines().findFirst().orElse("").strip();
    }

    /** A question whose failure is a finding too. */
    void about(String what, Asking question) {
        try {
            question.ask();
        } catch (SQLException e) {
            findings.fault(what + " could not be looked at: " + firstLine(e), "nobody knows whether it is right",
                    "fix what the message names, then check again");
        }
    }

    Connection connection() {
        return connection;
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    String one(String sql) throws SQLException {
        List<String> all = column(sql);
        return all.isEmpty() || all.get(0) == null ? "" : all.get(0);
    }

    /** The first column of all rows. */
    List<String> column(String sql, String... parameters) throws SQLException {
        return FirstColumn.of(connection, sql, parameters);
    }

    /** A global variable; empty where this version has none of that name. */
    String variableOf(String name) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery("show global variables where variable_name = '" + name + "'")) {
            return rows.next() ? rows.getString(2) : "";
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            findings.warning("the connection could not be closed: " + firstLine(e), "none for the data", "none");
        }
    }
}
