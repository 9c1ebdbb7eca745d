package io.bactrian.engines.mysql.local;

import io.bactrian.local.WarehouseServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;

/** The warehouse is a database of the server. */
record MySqlDemoWarehouse(EmbeddedMySql server) implements WarehouseServer {

    private static final String DATABASE = "warehouse";
    private static final int SERVER_ID = 2;

    static MySqlDemoWarehouse start(ServerHome home, Progress progress, String user, String password) {
        EmbeddedMySql server = EmbeddedMySql.start(MySqlBinaries.locate(home, progress), home, "warehouse", SERVER_ID, progress);
        try {
            server.execute("create database if not exists " + DATABASE + " character set utf8mb4 collate utf8mb4_0900_ai_ci",
                    "create user if not exists '" + user + "'@'%' identified by '" + password + "'",
                    "grant select, insert, update, delete, create, alter, drop, index, create view, show view on " + DATABASE + ".* to '"
                            + user + "'@'%'");
            return new MySqlDemoWarehouse(server);
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    @Override
    public String url() {
        return server.jdbcUrl(DATABASE);
    }

    @Override
    public String clientCommand() {
        return server.clientCommand() + " " + DATABASE;
    }

    @Override
    public void close() {
        server.close();
    }
}
