package io.bactrian.engines.postgresql;

import io.bactrian.application.Finding;
import io.bactrian.application.SourceTables;
import io.bactrian.engines.Addresses;
import io.bactrian.engines.Engine;
import io.bactrian.engines.OwnSetting;
import io.bactrian.engines.SettingFault;
import io.bactrian.engines.SourceEngine;
import io.bactrian.engines.SourceLog;
import io.bactrian.engines.SourceProposals;
import io.bactrian.engines.SourceSettings;
import io.bactrian.engines.WarehouseEngine;
import io.bactrian.engines.WarehouseLocation;
import io.bactrian.engines.WarehouseProposals;
import io.bactrian.engines.WarehouseSettings;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.SqlEngine;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** PostgreSQL, as source and as warehouse. What others call a database is a schema here. */
public final class PostgresEngine implements Engine {

    static final String USUAL_SCHEMA = "public";
    private static final String DATABASE = "database";

    private final PostgresProposals proposals = new PostgresProposals(this);

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public String title() {
        return "PostgreSQL";
    }

    @Override
    public Addresses addresses() {
        return proposals;
    }

    @Override
    public Optional<SourceEngine> source() {
        return Optional.of(new Source());
    }

    @Override
    public Optional<WarehouseEngine> warehouse() {
        return Optional.of(new Warehouse());
    }

    private final class Source implements SourceEngine {

        @Override
        public String component() {
            return "debezium-postgres";
        }

        @Override
        public String connector() {
            return "io.debezium.connector.postgresql.PostgresConnector";
        }

        @Override
        public SourceLog log(Properties debezium) {
            return new PostgresLog(debezium);
        }

        /**
         * Within the first transaction after a snapshot the connector knows no end of one, and would tell the server a
         * position in the middle: one beyond that from which {@link PostgresProgress} goes on.
         */
        @Override
        public boolean isResumable(Map<String, ?> offset) {
            return !offset.containsKey("lsn_proc") || offset.containsKey(PostgresProgress.COMMIT);
        }

        @Override
        public SourceTables tables(SourceSettings source) {
            return new PostgresSource(source.host(), source.port(), source.own(DATABASE), source.user(), source.password());
        }

        @Override
        public List<Finding> check(SourceSettings source, Set<String> tablesOfRoutes, Properties capture) {
            return PostgresSourceCheck.look(source, source.own(DATABASE), tablesOfRoutes, capture);
        }

        @Override
        public List<OwnSetting> settings() {
            return List.of(new OwnSetting(DATABASE, false, "", "For PostgreSQL: the database to capture"));
        }

        @Override
        public Set<String> systemDatabases() {
            return Set.of("pg_catalog", "pg_toast");
        }

        @Override
        public List<SettingFault> faults(SourceSettings source, List<SourceSettings> before) {
            String kind = source.settings() + ".kind";
            return source.own(DATABASE).isEmpty()
                    ? List.of(new SettingFault(kind, kind + " is " + name() + ", and " + source.settings()
                            + ".database is not set; expected the database to capture from"))
                    : List.of();
        }

        @Override
        public boolean captures(SourceSettings source, WarehouseLocation warehouse) {
            return source.isAt(warehouse.host(), warehouse.port()) && source.own(DATABASE).equals(warehouse.database())
                    && source.databases().contains(warehouse.schema());
        }

        @Override
        public SourceProposals proposals() {
            return proposals;
        }
    }

    private final class Warehouse implements SqlEngine {

        @Override
        public Dialect dialect() {
            return new PostgresDialect();
        }

        @Override
        public Optional<WarehouseLocation> location(String url) {
            return WarehouseLocation.ofJdbc("postgresql", proposals.standardPort(), USUAL_SCHEMA, url);
        }

        @Override
        public String exampleUrl() {
            return "jdbc:postgresql://host:5432/warehouse";
        }

        @Override
        public List<Finding> check(WarehouseSettings warehouse, Set<String> tablesOfRoutes) {
            return PostgresWarehouseCheck.look(warehouse);
        }

        @Override
        public WarehouseProposals proposals() {
            return proposals;
        }
    }
}
