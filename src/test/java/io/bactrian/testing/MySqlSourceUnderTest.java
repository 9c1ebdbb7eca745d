package io.bactrian.testing;

import io.bactrian.servers.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

public final class MySqlSourceUnderTest implements SourceUnderTest {

    private static final AtomicInteger SERVER_ID = new AtomicInteger(6000);

    @Override
    public Database create(Servers servers, String name) {
        Servers.execute(servers.source, "create database " + name);
        String serverId = Integer.toString(SERVER_ID.incrementAndGet());
        return new Database() {
            @Override
            public EmbeddedServer server() {
                return servers.source;
            }

            @Override
            public Map<String, String> settings() {
                Map<String, String> settings = new LinkedHashMap<>();
                settings.put("port", Integer.toString(servers.source.port()));
                settings.put("databases", name);
                settings.put("server-id", serverId);
                return settings;
            }

            @Override
            public String component() {
                return "debezium-mysql";
            }

            @Override
            public List<String> parameters() {
                return List.of("databaseServerId: \"{{bactrian.source.NAME.server-id}}\"",
                        "databaseIncludeList: \"{{bactrian.source.NAME.databases}}\"");
            }

            @Override
            public void execute(String... statements) {
                String[] own = new String[statements.length + 1];
                own[0] = "use " + name;
                System.arraycopy(statements, 0, own, 1, statements.length);
                Servers.execute(servers.source, own);
            }

            @Override
            public List<String> query(String sql) {
                return Servers.query(servers.source, sql);
            }

            @Override
            public Connection connect() throws SQLException {
                return Servers.connect(servers.source, name);
            }

            @Override
            public void cutLog() {
                query("select id from information_schema.processlist where command like 'Binlog Dump%'")
                        .forEach(id -> execute("kill " + id));
            }

            @Override
            public void close() {
                // Its files cost nothing, and a test that failed can be looked at.
            }
        };
    }

    @Override
    public String quoted(String name) {
        return "`" + name.replace("`", "``") + "`";
    }

    @Override
    public String bytes(int most) {
        return "varbinary(" + most + ")";
    }

    @Override
    public String blob() {
        return "longblob";
    }

    @Override
    public String longText() {
        return "longtext";
    }

    @Override
    public String bytes(String hex, int times) {
        return times == 1 ? "x'" + hex + "'" : "repeat(x'" + hex + "', " + times + ")";
    }

    @Override
    public String tellingCase() {
        return " collate utf8mb4_0900_as_cs";
    }

    @Override
    public String behind(String column) {
        return " after " + column;
    }

    @Override
    public String oneOf(String table, String condition) {
        return condition + " limit 1";
    }

    @Override
    public String retype(String table, String column, String type) {
        return "alter table " + table + " modify " + column + " " + type;
    }

    @Override
    public TypeTable types() {
        return MySqlTypeTable.TABLE;
    }

    @Override
    public String toString() {
        return "MySQL";
    }
}
