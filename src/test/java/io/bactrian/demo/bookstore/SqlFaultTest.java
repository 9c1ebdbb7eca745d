package io.bactrian.demo.bookstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
import java.util.List;
import org.junit.jupiter.api.Test;

class SqlFaultTest {

    @Test
    void aDeadlockAndALockWaitAreConflicts() {
        assertThat(SqlFault.of(new SQLException("Deadlock found", "40001", 1213))).isEqualTo(SqlFault.CONFLICT);
        assertThat(SqlFault.of(new SQLException("Lock wait timeout exceeded", "41000", 1205))).isEqualTo(SqlFault.CONFLICT);
    }

    @Test
    void aServerThatGoesAwayIsALoss() {
        assertThat(SqlFault.of(new SQLException("Communications link failure", "08S01", 0))).isEqualTo(SqlFault.LOST);
        assertThat(SqlFault.of(new SQLException("Server shutdown in progress", "08S01", 1053))).isEqualTo(SqlFault.LOST);
        assertThat(SqlFault.of(new SQLNonTransientConnectionException("No operations allowed after connection closed.")))
                .isEqualTo(SqlFault.LOST);
    }

    @Test
    void whatTryingAgainCannotMendIsFatal() {
        assertThat(SqlFault.of(new SQLException("Table 'store.books' doesn't exist", "42S02", 1146))).isEqualTo(SqlFault.FATAL);
        assertThat(SqlFault.of(new SQLException("Data too long", "22001", 1406))).isEqualTo(SqlFault.FATAL);
        assertThat(SqlFault.of(new SQLException("no state"))).isEqualTo(SqlFault.FATAL);
    }

    @Test
    void postgresSaysItByTheStateAlone() {
        assertThat(List.of("40P01", "40001", "55P03", "23505", "23503"))
                .allSatisfy(state -> assertThat(SqlFault.of(new SQLException("…", state))).isEqualTo(SqlFault.CONFLICT));
        assertThat(List.of("57P01", "53300", "08006"))
                .allSatisfy(state -> assertThat(SqlFault.of(new SQLException("…", state))).isEqualTo(SqlFault.LOST));
        assertThat(SqlFault.of(new SQLException("violates check constraint", "23514"))).isEqualTo(SqlFault.FATAL);
    }
}
