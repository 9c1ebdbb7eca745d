package io.bactrian.infrastructure.bookstore;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.sql.SQLNonTransientConnectionException;
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
        assertThat(SqlFault.of(new SQLNonTransientConnectionException("No operations allowed after connection closed."))).isEqualTo(SqlFault.LOST);
    }

    @Test
    void whatTryingAgainCannotMendIsFatal() {
        assertThat(SqlFault.of(new SQLException("Table 'store.books' doesn't exist", "42S02", 1146))).isEqualTo(SqlFault.FATAL);
        assertThat(SqlFault.of(new SQLException("Data too long", "22001", 1406))).isEqualTo(SqlFault.FATAL);
        assertThat(SqlFault.of(new SQLException("no state"))).isEqualTo(SqlFault.FATAL);
    }
}
