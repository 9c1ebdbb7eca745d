package io.bactrian.engines.mysql.local;

import io.bactrian.local.StoreServer;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import java.util.List;
import java.util.Map;

/** The bookstore's databases are databases of the server. */
record MySqlStore(EmbeddedMySql server) implements StoreServer {

    private static final int SERVER_ID = 1;

    static MySqlStore start(ServerHome home, String name, Progress progress) {
        return new MySqlStore(EmbeddedMySql.start(MySqlBinaries.locate(home, progress), home, name, SERVER_ID, progress));
    }

    @Override
    public String url() {
        return server.jdbcUrl("");
    }

    @Override
    public String user() {
        return server.user();
    }

    @Override
    public String password() {
        return server.password();
    }

    /** Of all tables: the rights that a capture needs cannot be given for some. */
    @Override
    public void letCapture(String source, List<String> tables, String user, String password) {
        server.execute("create user if not exists '" + user + "'@'%' identified by '" + password + "'",
                "grant select, reload, show databases, replication slave, replication client, lock tables on *.* to '" + user + "'@'%'");
    }

    @Override
    public Map<String, String> settings() {
        return Map.of("host", EmbeddedMySql.ADDRESS, "port", Integer.toString(server.port()));
    }

    @Override
    public String clientCommand() {
        return server.clientCommand();
    }

    @Override
    public void close() {
        server.close();
    }
}
