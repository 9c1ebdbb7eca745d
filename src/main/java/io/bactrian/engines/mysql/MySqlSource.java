package io.bactrian.engines.mysql;

import io.bactrian.domain.Column;
import io.bactrian.domain.TableSchema;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.sql.SqlSource;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Reads a MySQL source's tables by JDBC. */
public final class MySqlSource extends SqlSource {

    private final Properties properties = new Properties();
    private final SqlWords words = new MySqlWords();
    private final SqlValues values = new MySqlValues();

    public MySqlSource(String host, int port, String user, String password) {
        super("jdbc:mysql://" + host + ":" + port + "/");
        properties.setProperty("user", user);
        properties.setProperty("password", password);
        properties.setProperty("connectionTimeZone", "UTC");
        properties.setProperty("forceConnectionTimeZoneToSession", "true");
        properties.setProperty("useCursorFetch", "true");
        properties.setProperty("yearIsDateType", "false");
        properties.setProperty("tinyInt1isBit", "false");
        properties.setProperty("allowPublicKeyRetrieval", "true");
    }

    @Override
    public Connection connect() throws SQLException {
        return DriverManager.getConnection(url, properties);
    }

    @Override
    public Reading reading(Connection connection, String database, String table) throws SQLException {
        TableSchema schema = schema(connection, database, table);
        String select = "select " + words.quoted(schema.columns().stream().map(Column::name).toList()) + " from "
                + words.quote(database) + "." + words.quote(table);
        return new Reading(schema, select, (rows, column) -> values.read(rows, column + 1, schema.column(column).type()));
    }

    static TableSchema schema(Connection connection, String database, String table) throws SQLException {
        List<Column> columns = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select column_name, data_type, column_type, is_nullable, "
                + "coalesce(character_maximum_length, numeric_precision, datetime_precision, 0), coalesce(numeric_scale, 0) "
                + "from information_schema.columns where table_schema=? and table_name=? order by ordinal_position")) {
            statement.setString(1, database);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    String type = found.getString(2) + (found.getString(3).contains("unsigned") ? " unsigned" : "");
                    String name = found.getString(1);
                    columns.add(new Column(name,
                            MySqlTypes.of(database + "." + table + "." + name, type, found.getLong(5), found.getInt(6), ""),
                            found.getString(4).equals("YES")));
                }
            }
        }
        if (columns.isEmpty()) {
            throw new TableReader.NoTableException("there is no table " + database + "." + table + ", or this user may not see it");
        }
        List<String> key = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement("select column_name from information_schema.statistics "
                + "where table_schema=? and table_name=? and index_name='PRIMARY' order by seq_in_index")) {
            statement.setString(1, database);
            statement.setString(2, table);
            try (ResultSet found = statement.executeQuery()) {
                while (found.next()) {
                    key.add(found.getString(1));
                }
            }
        }
        return new TableSchema(columns, key);
    }
}
