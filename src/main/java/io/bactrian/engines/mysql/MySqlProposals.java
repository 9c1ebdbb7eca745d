package io.bactrian.engines.mysql;

import io.bactrian.engines.Addresses;
import io.bactrian.engines.DatabaseNames;
import io.bactrian.engines.Engine;
import io.bactrian.engines.ServerAddress;
import io.bactrian.engines.SourceProposals;
import io.bactrian.engines.Survey;
import io.bactrian.engines.WarehouseProposals;
import io.bactrian.engines.SurveyedTable;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** MySQL: {@code mysql://user@host:port/database[,database]}. */
final class MySqlProposals implements Addresses, SourceProposals, WarehouseProposals {

    private final Engine engine;

    MySqlProposals(Engine engine) {
        this.engine = engine;
    }

    @Override
    public List<String> schemes() {
        return List.of("mysql");
    }

    @Override
    public int standardPort() {
        return 3306;
    }

    @Override
    public String example() {
        return "mysql://bactrian@db.example.org:3306/store";
    }

    @Override
    public String word() {
        return "databases";
    }

    @Override
    public ServerAddress address(String user, String host, int port, String path) {
        List<String> databases = DatabaseNames.of(path);
        return path.contains("/") || DatabaseNames.fault(path).isPresent()
                ? null
                : new ServerAddress(engine, user, host, port, databases.get(0), databases);
    }

    @Override
    public boolean captures(ServerAddress source, ServerAddress warehouse) {
        return source.isServerOf(warehouse) && source.databases().contains(warehouse.database());
    }

    @Override
    public Survey survey(ServerAddress source, String password) throws SQLException {
        return MySqlSurvey.of(source.host(), source.port(), source.user(), password, source.databases());
    }

    @Override
    public String sourceGrants(ServerAddress source) {
        return """
                -- For an administrator of the source, %s:%d: the user that Bactrian captures it with. Put its password in first.
                -- Repeating this is safe.
                CREATE USER IF NOT EXISTS '%3$s'@'%%' IDENTIFIED BY 'PASSWORD';
                -- select: the first snapshot reads the tables. reload, lock tables: it holds them still for a moment.
                -- replication slave, replication client: it reads the binary log after that.
                GRANT SELECT, RELOAD, SHOW DATABASES, REPLICATION SLAVE, REPLICATION CLIENT, LOCK TABLES ON *.* TO '%3$s'@'%%';
                """.formatted(source.host(), source.port(), source.user());
    }

    @Override
    public String warehouseGrants(ServerAddress warehouse) {
        return """
                -- For an administrator of the warehouse, %s:%d: its database, and the user that Bactrian writes it with. \
                Put its password in first.
                -- Repeating this is safe.
                CREATE DATABASE IF NOT EXISTS `%3$s` CHARACTER SET utf8mb4 COLLATE utf8mb4_0900_ai_ci;
                CREATE USER IF NOT EXISTS '%4$s'@'%%' IDENTIFIED BY 'PASSWORD';
                GRANT SELECT, INSERT, UPDATE, DELETE, CREATE, ALTER, DROP, INDEX, CREATE VIEW, SHOW VIEW ON `%3$s`.* TO '%4$s'@'%%';
                -- Many rows are written about twice as fast with it.
                SET PERSIST local_infile = ON;
                """
                .formatted(warehouse.host(), warehouse.port(), warehouse.database(), warehouse.user());
    }

    /** The binary log has every table. */
    @Override
    public Map<String, String> statements(String name, ServerAddress source, List<SurveyedTable> tables) {
        return Map.of();
    }

    @Override
    public String sourceSettings(String name, ServerAddress source) {
        return "# a number that no replica of that server has\nbactrian.source." + name + ".server-id="
                + (5_501 + Math.floorMod(name.hashCode(), 4_000)) + "\n";
    }

    @Override
    public String warehouseUrl(ServerAddress warehouse) {
        return "jdbc:mysql://" + warehouse.host() + ":" + warehouse.port() + "/" + warehouse.database();
    }

    @Override
    public List<String> captureParameters(String name) {
        return List.of("databaseServerId: \"{{bactrian.source." + name + ".server-id}}\"",
                "databaseIncludeList: \"{{bactrian.source." + name + ".databases}}\"");
    }

    @Override
    public List<String> topics(String name) {
        return List.of("bactrian.schema-history." + name + " 1 cleanup.policy=delete,retention.ms=-1,retention.bytes=-1");
    }

    @Override
    public int longestTable() {
        return 64;
    }
}
