package io.bactrian.engines.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.engines.mysql.MySqlDialect;
import io.bactrian.engines.postgresql.PostgresDialect;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The texts of statements that lock: who waits for whom depends on each word. */
class RowLocksTest {

    private final RowLocks mysql = new MySqlDialect().locks();
    private final RowLocks postgres = new PostgresDialect().locks();

    @Test
    void mySqlLooksEachKeyUpByItself() {
        assertThat(mysql.lockEach("x", "t", List.of("a", "b"), 2)).isEqualTo(
                "(select x from t where `a`=? and `b`=? for update) union all (select x from t where `a`=? and `b`=? for update)");
    }

    @Test
    void postgreSqlSortsTheKeys() {
        assertThat(postgres.lockEach("x", "t", List.of("a", "b"), 2))
                .isEqualTo("select x from t where (\"a\",\"b\") in ((?,?),(?,?)) order by \"a\",\"b\" for update");
        assertThat(postgres.lockEach("a", "t", List.of("a"), 3))
                .isEqualTo("select a from t where \"a\" in (?,?,?) order by \"a\" for update");
    }

    @Test
    void theOtherWordsAreTheSameInBoth() {
        assertThat(Stream.of(mysql, postgres)).allSatisfy(locks -> {
            assertThat(locks.alone("select 1")).isEqualTo("select 1 for update");
            assertThat(locks.aloneIn("t", "select 1")).isEqualTo("select 1 for update of t");
            assertThat(locks.aloneUnlessLocked("select 1")).isEqualTo("select 1 for update skip locked");
            assertThat(locks.shared("select 1")).isEqualTo("select 1 for share");
        });
    }
}
