package io.bactrian.engines.mysql.local;

import io.bactrian.local.CaseServer;
import io.bactrian.local.LocalEngine;
import io.bactrian.local.StoreDialect;
import io.bactrian.local.StoreEngine;
import io.bactrian.local.StoreServer;
import io.bactrian.local.WarehouseServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.Optional;

/** MySQL's servers for golden cases and for the demo. */
public final class LocalMySql implements LocalEngine {

    private static final String CASES = "test";

    private static final StoreEngine STORE = new StoreEngine() {

        private final StoreDialect dialect = new MySqlStoreDialect();

        @Override
        public StoreDialect dialect() {
            return dialect;
        }

        @Override
        public StoreServer start(ServerHome home, String name, Progress progress) {
            return MySqlStore.start(home, name, progress);
        }
    };

    @Override
    public String name() {
        return "mysql";
    }

    @Override
    public boolean serves(String jdbcUrl) {
        return jdbcUrl.startsWith("jdbc:mysql:");
    }

    @Override
    public void findPrograms(ServerHome home, Progress progress) {
        MySqlBinaries.locate(home, progress);
    }

    @Override
    public CaseServer cases(ServerHome home, Progress progress) {
        MySqlBinaries binaries = MySqlBinaries.locate(home, progress);
        return CaseServer.firstFree(CASES, name -> new MySqlCaseServer(
                EmbeddedMySql.start(binaries, home, name, MySqlCaseServer.SERVER_ID, progress, MySqlCaseServer.OPTIONS)));
    }

    @Override
    public WarehouseServer warehouse(ServerHome home, Progress progress, String user, String password) {
        return MySqlDemoWarehouse.start(home, progress, user, password);
    }

    @Override
    public Optional<StoreEngine> store() {
        return Optional.of(STORE);
    }

    @Override
    public String toString() {
        return name();
    }
}
