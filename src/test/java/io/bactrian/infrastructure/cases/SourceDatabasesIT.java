package io.bactrian.infrastructure.cases;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.infrastructure.embedded.Progress;
import io.bactrian.infrastructure.embedded.ServerHome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The changes that SQL makes, told from the tables of a real server. */
class SourceDatabasesIT {

    private static final ServerHome HOME = ServerHome.standard().withData(Path.of("target", "servers", "cases"));
    private static CaseServer server;

    @TempDir
    private static Path folder;
    private static List<Path> files;

    private final SourceDatabases databases = new SourceDatabases(server);

    @BeforeAll
    static void start() throws Exception {
        server = CaseServer.start(CaseServer.Kind.mysql, HOME, Progress.SILENT);
        files = List.of(Files.writeString(folder.resolve("t.sql"), """
                CREATE DATABASE s; USE s;
                CREATE TABLE t (id INT AUTO_INCREMENT PRIMARY KEY, v VARCHAR(10), at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP);
                CREATE TABLE child (id INT PRIMARY KEY, t INT, FOREIGN KEY (t) REFERENCES t (id) ON DELETE CASCADE);
                CREATE TABLE bag (v VARCHAR(10));
                """));
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    @Test
    void eachStatementsChangesAreSeen() {
        assertThat(changes("insert into s.t (v) values ('a'), ('b')", "update s.t set v = 'c' where id = 1", "update s.t set id = 9 where id = 2", "delete from s.t where id = 1",
                "update s.t set v = v")).containsExactly("insert s.t 1 a", "insert s.t 2 b", "update s.t 1 c", "delete s.t 2 b", "insert s.t 9 b", "delete s.t 1 c");
    }

    @Test
    void whatACascadeTakesIsSeenToo() {
        assertThat(changes("insert into s.t (v) values ('a')", "insert into s.child values (5, 1)", "delete from s.t")).containsExactly("insert s.t 1 a", "insert s.child 5 null",
                "delete s.child 5 null", "delete s.t 1 a");
    }

    @Test
    void aTruncationIsOneWhoeverSaysIt() {
        assertThat(changes("insert into s.bag values ('a')", "truncate table s.bag", "use s", "truncate bag", "insert into bag values ('b')"))
                .containsExactly("insert s.bag null a", "truncate s.bag", "truncate s.bag", "insert s.bag null b");
        try (SourceDatabases.Session session = databases.begin(files)) {
            session.execute(sql("insert into s.t (v) values ('a')"));
            session.execute(sql("insert into s.child values (5, 1)"));
            assertThat(session.truncate("s.t")).hasSize(1);
            assertThat(session.rows()).containsOnlyKeys("s.child");
        }
    }

    @Test
    void aChangedTableChangesNoRowAndIsMadeAnewForTheNextCase() {
        assertThat(changes("insert into s.t (v) values ('a')", "alter table s.t add column w int not null default 7", "insert into s.t (v) values ('b')"))
                .containsExactly("insert s.t 1 a", "insert s.t 2 b");
        try (SourceDatabases.Session session = databases.begin(files)) {
            assertThat(session.schema("s.t").place("w")).isNegative();
        }
    }

    @Test
    void eachCaseBeginsWithEmptyTablesThatCountFromOne() {
        changes("insert into s.t (v) values ('a'), ('b')", "delete from s.t", "insert into s.bag values ('x')");

        assertThat(changes("insert into s.t (v) values ('a')", "insert into s.bag values ('y')")).containsExactly("insert s.t 1 a", "insert s.bag null y");
    }

    @Test
    void theClockIsTheCases() {
        try (SourceDatabases.Session session = databases.begin(files)) {
            session.at(Instant.parse("2026-01-01T00:03:00Z"));
            assertThat(session.execute(sql("insert into s.t (v) values ('a')")).get(0).after()).containsEntry("at", "2026-01-01T00:03:00Z");
        }
    }

    @Test
    void whatMySqlRefusesIsSaidInItsWords() {
        try (SourceDatabases.Session session = databases.begin(files)) {
            assertThatThrownBy(() -> session.execute(sql("insert into s.t (w)\n values (1)"))).isInstanceOf(SqlFailure.class)
                    .hasMessage("c.yaml:3: Unknown column 'w' in 'field list' (MySQL error 1054)" + System.lineSeparator() + "  insert into s.t (w) values (1)");
        }
    }

    @Test
    void whoTestsAtTheSameTimeHasAServerOfItsOwnAndFindsNothingOnIt() {
        databases.make(files);
        int port;
        try (CaseServer second = CaseServer.start(CaseServer.Kind.mysql, HOME, Progress.SILENT)) {
            port = second.port();
            assertThat(port).isNotEqualTo(server.port());
            assertThat(second.sourceDatabases()).isEmpty();
            new SourceDatabases(second).make(files);
        }
        try (CaseServer again = CaseServer.start(CaseServer.Kind.mysql, HOME, Progress.SILENT)) {
            assertThat(again.port()).isEqualTo(port);
            assertThat(again.sourceDatabases()).isEmpty();
        }
        assertThat(server.sourceDatabases()).containsExactly("s");
    }

    private List<String> changes(String... statements) {
        List<String> all = new ArrayList<>();
        try (SourceDatabases.Session session = databases.begin(files)) {
            for (String statement : statements) {
                session.execute(sql(statement)).forEach(change -> {
                    var row = change.after() != null ? change.after() : change.before();
                    all.add(change.operation().word() + " " + change.table() + (row == null ? "" : " " + row.get("id") + " " + row.get("v")));
                });
            }
        }
        return all;
    }

    private static SqlStatement sql(String text) {
        return new SqlStatement(new Place(Path.of("c.yaml"), 3), text);
    }
}
