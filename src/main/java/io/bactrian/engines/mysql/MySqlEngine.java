package io.bactrian.engines.mysql;

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
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;

/** MySQL, as source and as warehouse. */
public final class MySqlEngine implements Engine {

    private static final String SERVER_ID = "server-id";

    private final MySqlProposals proposals = new MySqlProposals(this);

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public String title() {
        return "MySQL";
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
            return "debezium-mysql";
        }

        @Override
        public String connector() {
            return "io.debezium.connector.mysql.MySqlConnector";
        }

        @Override
        public SourceLog log(Properties debezium) {
            return new MySqlLog(debezium);
        }

        @Override
        public SourceTables tables(SourceSettings source) {
            return new MySqlSource(source.host(), source.port(), source.user(), source.password());
        }

        @Override
        public List<Finding> check(SourceSettings source, Set<String> tablesOfRoutes, Properties capture) {
            return MySqlSourceCheck.look(source, tablesOfRoutes);
        }

        @Override
        public List<OwnSetting> settings() {
            return List.of(new OwnSetting(SERVER_ID, true, "5501", "For MySQL: a number that no other replica of that server uses"));
        }

        @Override
        public Set<String> systemDatabases() {
            return Set.of("mysql", "information_schema", "performance_schema", "sys");
        }

        @Override
        public List<SettingFault> faults(SourceSettings source, List<SourceSettings> before) {
            List<SettingFault> faults = new ArrayList<>();
            for (SourceSettings other : before) {
                if (!source.host().isEmpty() && other.isAt(source.host(), source.port())
                        && other.own(SERVER_ID).equals(source.own(SERVER_ID))) {
                    String key = source.settings() + "." + SERVER_ID;
                    faults.add(new SettingFault(key,
                            "the sources " + other.name() + " and " + source.name() + " both have the server-id " + source.own(SERVER_ID)
                                    + " on " + source.where() + "; the server would cut off one when the other connects. Give " + key
                                    + " another number"));
                }
            }
            return faults;
        }

        @Override
        public boolean captures(SourceSettings source, WarehouseLocation warehouse) {
            return source.isAt(warehouse.host(), warehouse.port()) && source.databases().contains(warehouse.database());
        }

        @Override
        public SourceProposals proposals() {
            return proposals;
        }
    }

    private final class Warehouse implements SqlEngine {

        @Override
        public Dialect dialect() {
            return new MySqlDialect();
        }

        @Override
        public Optional<WarehouseLocation> location(String url) {
            return WarehouseLocation.ofJdbc("mysql", proposals.standardPort(), "", url);
        }

        @Override
        public String exampleUrl() {
            return "jdbc:mysql://host:3306/warehouse";
        }

        @Override
        public List<Finding> check(WarehouseSettings warehouse, Set<String> tablesOfRoutes) {
            return MySqlWarehouseCheck.look(warehouse, tablesOfRoutes);
        }

        @Override
        public WarehouseProposals proposals() {
            return proposals;
        }
    }
}
