package io.bactrian.testing;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.servers.EmbeddedServer;
import java.util.List;

public final class MySqlUnderTest implements WarehouseUnderTest {

    @Override
    public Database create(Servers servers, String name) {
        EmbeddedMySql server = servers.warehouse;
        Servers.execute(server, "create database if not exists " + name);
        return new Database() {
            @Override
            public EmbeddedServer server() {
                return server;
            }

            @Override
            public String url() {
                return server.jdbcUrl(name);
            }

            @Override
            public String user() {
                return Servers.USER;
            }

            @Override
            public String password() {
                return Servers.PASSWORD;
            }

            @Override
            public List<String> query(String sql) {
                return Servers.query(server, name, sql);
            }

            @Override
            public void execute(String... statements) {
                String[] own = new String[statements.length + 1];
                own[0] = "use " + name;
                System.arraycopy(statements, 0, own, 1, statements.length);
                Servers.execute(server, own);
            }

            @Override
            public void cutConnections() {
                query("select id from information_schema.processlist where db = '" + name + "' and id <> connection_id()")
                        .forEach(id -> execute("kill " + id));
            }

            @Override
            public boolean somebodyWaits() {
                return !query("select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT'").isEmpty();
            }

            @Override
            public String quoted(String some) {
                return "`" + some.replace("`", "``") + "`";
            }

            @Override
            public String schema() {
                return "database()";
            }

            @Override
            public void close() {
                execute("drop database " + name);
            }
        };
    }

    @Override
    public String toString() {
        return "MySQL";
    }
}
