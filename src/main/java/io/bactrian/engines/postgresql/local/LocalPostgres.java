package io.bactrian.engines.postgresql.local;

import io.bactrian.local.CaseServer;
import io.bactrian.local.LocalEngine;
import io.bactrian.local.StoreDialect;
import io.bactrian.local.StoreEngine;
import io.bactrian.local.StoreServer;
import io.bactrian.local.WarehouseServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.Optional;

/** PostgreSQL's servers for golden cases and for the demo. */
public final class LocalPostgres implements LocalEngine {

    private static final String CASES = "test-postgres";

    private static final StoreEngine STORE = new StoreEngine() {

        private final StoreDialect dialect = new PostgresStoreDialect();

        @Override
        public StoreDialect dialect() {
            return dialect;
        }

        @Override
        public StoreServer start(ServerHome home, String name, Progress progress) {
            return PostgresStore.start(home, name, progress);
        }
    };

    @Override
    public String name() {
        return "postgres";
    }

    @Override
    public boolean serves(String jdbcUrl) {
        return jdbcUrl.startsWith("jdbc:postgresql:");
    }

    @Override
    public void findPrograms(ServerHome home, Progress progress) {
        PostgresBinaries.locate(home, progress);
    }

    @Override
    public CaseServer cases(ServerHome home, Progress progress) {
        PostgresBinaries binaries = PostgresBinaries.locate(home, progress);
        return CaseServer.firstFree(CASES,
                name -> new PostgresCaseServer(EmbeddedPostgres.start(binaries, home, name, progress, PostgresCaseServer.OPTIONS)));
    }

    @Override
    public WarehouseServer warehouse(ServerHome home, Progress progress, String user, String password) {
        return PostgresDemoWarehouse.start(home, progress, user, password);
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
