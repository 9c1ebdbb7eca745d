package io.bactrian.engines.postgresql;

import static io.bactrian.engines.postgresql.PostgresTables.quoted;

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
import java.util.stream.Collectors;

/**
 * PostgreSQL: {@code postgres://user@host:port/database[/schema[,schema]]}; without a schema, public. What MySQL calls
 * a database is a schema here.
 */
final class PostgresProposals implements Addresses, SourceProposals, WarehouseProposals {

    private final Engine engine;

    PostgresProposals(Engine engine) {
        this.engine = engine;
    }

    private static final String USUAL_SCHEMA = "public";

    @Override
    public List<String> schemes() {
        return List.of("postgres", "postgresql");
    }

    @Override
    public int standardPort() {
        return 5432;
    }

    @Override
    public String example() {
        return "postgres://bactrian@db.example.org:5432/shop/store";
    }

    @Override
    public String word() {
        return "schemas";
    }

    @Override
    public ServerAddress address(String user, String host, int port, String path) {
        String[] parts = path.split("/", -1);
        String schemas = parts.length == 1 ? USUAL_SCHEMA : parts[1];
        boolean right = parts.length <= 2 && parts[0].matches("[^?#&%\"',`]+")
                && DatabaseNames.fault(schemas).isEmpty();
        return right ? new ServerAddress(engine, user, host, port, parts[0], DatabaseNames.of(schemas)) : null;
    }

    @Override
    public boolean captures(ServerAddress source, ServerAddress warehouse) {
        return source.isServerOf(warehouse) && source.database().equals(warehouse.database())
                && source.databases().contains(warehouse.databases().get(0));
    }

    @Override
    public Survey survey(ServerAddress source, String password) throws SQLException {
        return PostgresSurvey.of(source.host(), source.port(), source.database(), source.user(), password, source.databases());
    }

    @Override
    public String sourceGrants(ServerAddress source) {
        String user = quoted(source.user());
        StringBuilder text = new StringBuilder(
                """
                        -- For an administrator of the source, %s:%d, in its database %s: the user that Bactrian captures it \
                        with. Put its password in first.
                        -- Repeating this is safe; a user that exists keeps its password.
                        -- replication: it reads the log, through a replication slot that the capture creates. The server \
                        needs wal_level=logical.
                        DO $$ BEGIN
                          CREATE ROLE %4$s LOGIN REPLICATION PASSWORD 'PASSWORD';
                        EXCEPTION WHEN duplicate_object THEN
                          ALTER ROLE %4$s LOGIN REPLICATION;
                        END $$;
                        GRANT CONNECT ON DATABASE %5$s TO %4$s;
                        -- usage, select: the first snapshot reads the tables. Of tables that come later they have to be granted again.
                        """
                        .formatted(source.host(), source.port(), source.database(), user, quoted(source.database())));
        for (String schema : source.databases()) {
            text.append("GRANT USAGE ON SCHEMA ").append(quoted(schema)).append(" TO ").append(user).append(";\n")
                    .append("GRANT SELECT ON ALL TABLES IN SCHEMA ").append(quoted(schema)).append(" TO ").append(user).append(";\n");
        }
        return text.toString();
    }

    @Override
    public String warehouseGrants(ServerAddress warehouse) {
        String schema = warehouse.databases().get(0);
        return """
                -- For an administrator of the warehouse, %s:%d, in its database %s: the user that Bactrian writes it with. \
                Put its password in first.
                -- If that database does not exist yet: CREATE DATABASE %5$s ENCODING 'UTF8' TEMPLATE template0;
                -- Repeating this is safe; a user that exists keeps its password.
                DO $$ BEGIN
                  CREATE ROLE %4$s LOGIN PASSWORD 'PASSWORD';
                EXCEPTION WHEN duplicate_object THEN
                  ALTER ROLE %4$s LOGIN;
                END $$;
                GRANT CONNECT, TEMPORARY ON DATABASE %5$s TO %4$s;
                %6$sGRANT USAGE, CREATE ON SCHEMA %7$s TO %4$s;
                """
                .formatted(warehouse.host(), warehouse.port(), warehouse.database(), quoted(warehouse.user()), quoted(warehouse.database()),
                        schema.equals(USUAL_SCHEMA) ? "" : "CREATE SCHEMA IF NOT EXISTS " + quoted(schema) + ";\n", quoted(schema));
    }

    /**
     * Before a table that lacks it is published: PostgreSQL would reject the applications' own updates and deletes
     * there from then on.
     */
    @Override
    public Map<String, String> statements(String name, ServerAddress source, List<SurveyedTable> tables) {
        StringBuilder text = new StringBuilder(
                """
                        -- For the owner of the tables, who needs CREATE on the database too, or an administrator; in the \
                        database %s of the source, %s:%d.
                        -- What the log has for Bactrian. Run it once; a table that comes later: ALTER PUBLICATION %s ADD TABLE …;
                        """
                        .formatted(source.database(), source.host(), source.port(), quoted(PostgresTables.ownName(name))));
        if (tables.stream().anyMatch(table -> !table.unlogged().isEmpty())) {
            text.append(
                    "-- These have no primary key, or are set to log nothing of a row before. With FULL the log has "
                            + "the whole row before of each update and delete,\n")
                    .append("-- and grows by it. To leave one out instead, take its lines out here, and put it into "
                            + "tableExcludeList of routes/capture/")
                    .append(name).append(".camel.yaml.\n");
        }
        tables.forEach(table -> table.unlogged()
                .forEach(quoted -> text.append("ALTER TABLE ").append(quoted).append(" REPLICA IDENTITY FULL;\n")));
        text.append("CREATE PUBLICATION ").append(quoted(PostgresTables.ownName(name))).append(" FOR TABLE\n")
                .append(tables.stream().map(table -> "  " + quoted(table.database()) + "." + quoted(table.name()))
                        .collect(Collectors.joining(",\n")))
                .append("\n  WITH (publish_via_partition_root = true);\n");
        return Map.of("publication-source.sql", text.toString());
    }

    @Override
    public String sourceSettings(String name, ServerAddress source) {
        return "# of this database, the schemas above\nbactrian.source." + name + ".kind=" + engine.name() + "\nbactrian.source." + name
                + ".database=" + source.database() + "\n";
    }

    @Override
    public String warehouseUrl(ServerAddress warehouse) {
        String schema = warehouse.databases().get(0);
        return "jdbc:postgresql://" + warehouse.host() + ":" + warehouse.port() + "/" + warehouse.database()
                + (schema.equals(USUAL_SCHEMA) ? "" : "?currentSchema=" + schema);
    }

    @Override
    public List<String> captureParameters(String name) {
        return List.of("databaseDbname: \"{{bactrian.source." + name + ".database}}\"",
                "schemaIncludeList: \"{{bactrian.source." + name + ".databases}}\"");
    }

    @Override
    public List<String> topics(String name) {
        return List.of();
    }

    @Override
    public int longestTable() {
        return 63;
    }
}
