package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;

import com.mysql.cj.jdbc.exceptions.MysqlDataTruncation;
import com.mysql.cj.jdbc.exceptions.PacketTooBigException;
import io.bactrian.domain.ColumnType.Kind;
import io.bactrian.domain.ColumnType;
import io.bactrian.engines.sql.Dialect;
import io.bactrian.engines.sql.SqlErrors;
import io.bactrian.engines.sql.SqlValues;
import io.bactrian.engines.sql.SqlWords;
import io.bactrian.engines.sql.WarehouseColumn;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.sql.SQLIntegrityConstraintViolationException;
import java.sql.SQLTransientConnectionException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class MySqlDialectTest {

    private final Dialect dialect = new MySqlDialect();
    private final SqlWords words = dialect.words();
    private final SqlValues values = dialect.values();
    private final SqlErrors errors = dialect.errors();

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "int8 | tinyint", "int16 | smallint", "int24 | mediumint", "int32 | int", "int64 | bigint", "uint8 | tinyint unsigned",
        "uint16 | smallint unsigned",
        "uint24 | mediumint unsigned", "uint32 | int unsigned", "uint64 | bigint unsigned", "decimal(10,2) | decimal(10,2)",
        "decimal(65,30) | decimal(65,30)",
        "float | float", "double | double",
        "string(1) | varchar(1)", "string | varchar(1)", "string(255) | varchar(255)", "string(4096) | varchar(4096)",
        "string(4097) | mediumtext",
        "string(16000) | mediumtext", "string(16001) | longtext", "string(65535) | longtext",
        "text(255) | text", "text(256) | mediumtext", "text(65535) | mediumtext", "text(65536) | longtext", "text(16777215) | longtext",
        "text | longtext",
        "bytes(1) | varbinary(1)", "bytes | varbinary(1)", "bytes(3000) | varbinary(3000)", "blob(255) | blob", "blob(65535) | blob",
        "blob(65536) | mediumblob",
        "blob(16777215) | mediumblob", "blob(16777216) | longblob", "blob | longblob",
        "date | date", "time | time(0)", "time(6) | time(6)", "datetime(3) | datetime(3)", "instant(6) | timestamp(6) null", "year | year",
        "json | json",
        "bits(1) | bit(1)", "bits | bit(1)", "bits(64) | bit(64)", "geometry | geometry"})
    void everyTypeHasAColumnThatHoldsAllItsValues(String type, String expected) {
        assertThat(words.typeFor(ColumnType.parse(type), false)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "string(20) | varchar(20) collate utf8mb4_0900_bin", "string(1000) | varchar(768) collate utf8mb4_0900_bin",
        "string | varchar(1) collate utf8mb4_0900_bin",
        "text(255) | varchar(768) collate utf8mb4_0900_bin", "text | varchar(768) collate utf8mb4_0900_bin", "blob | varbinary(3072)",
        "blob(255) | varbinary(3072)",
        "bytes(16) | varbinary(16)", "uint64 | bigint unsigned", "decimal(10,2) | decimal(10,2)", "date | date",
        "datetime(6) | datetime(6)", "instant(6) | timestamp(6)"})
    void inAKeyValuesThatTheSourceTellsApartStayApart(String type, String expected) {
        assertThat(words.typeFor(ColumnType.parse(type), true)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0 | text                  | varchar(768)", "1 | text | varchar(765)", "0 | string(768) | varchar(768)",
        "1 | string(768) | varchar(765)", "1 | string(20) | varchar(20)",
        "1 | text text             | varchar(382) varchar(382)", "1 | string(20) text | varchar(20) varchar(745)",
        "0 | blob text | varbinary(1536) varchar(384)",
        "1 | int64 datetime text   | bigint datetime(0) varchar(759)"})
    void textsOfAKeyShareWhatAnIndexHolds(int ours, String types, String expected) {
        List<WarehouseColumn> columns = new ArrayList<>();
        for (String type : types.split(" ")) {
            columns.add(new WarehouseColumn("c" + columns.size(), ColumnType.parse(type)));
        }
        List<String> key = columns.stream().map(WarehouseColumn::name).toList();

        assertThat(words.typesFor(columns, key, ours).values()).extracting(type -> type.replace(" collate utf8mb4_0900_bin", ""))
                .containsExactly(expected.split(" "));
    }

    @ParameterizedTest
    @EnumSource
    void everyKindHasAColumn(Kind kind) {
        assertThat(words.typeFor(ColumnType.of(kind, 5), false)).isNotBlank();
        assertThat(words.typeFor(ColumnType.of(kind, 5), true)).isNotBlank();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "1048 | 23000 | Column 'name' cannot be null", "1062 | 23000 | Duplicate entry", "1264 | 22003 | Out of range value for column",
        "1265 | 01000 | Data truncated for column",
        "1292 | 22007 | Incorrect datetime value", "1300 | HY000 | Invalid utf8mb4 character string: '\\xED\\xA0\\xBD'",
        "1366 | HY000 | Incorrect string value",
        "1406 | 22001 | Data too long for column", "1411 | HY000 | Incorrect value for function unhex",
        "1416 | 22003 | Cannot get geometry object",
        "1451 | 23000 | Cannot delete a parent row", "1452 | 23000 | Cannot add a child row", "1690 | 22003 | BIGINT value is out of range",
        "3140 | 22032 | Invalid JSON text", "3819 | HY000 | Check constraint 'c' is violated.",
        "1153 | 08S01 | Got a packet bigger than max_allowed_packet",
        "1526 | HY000 | Table has no partition for value 5",
        "3617 | 22S03 | Latitude out of range"})
    void thisRowAloneIsAtFault(int code, String state, String message) {
        assertThat(errors.refusesRow(new SQLException(message, state, code))).isTrue();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "0    | 08S01 | Communications link failure", "0 | 08001 | Could not create connection", "1021 | HY000 | Disk full",
        "1036 | HY000 | Table is read only",
        "1040 | 08004 | Too many connections", "1044 | 42000 | Access denied for user to database", "1045 | 28000 | Access denied for user",
        "1053 | 08S01 | Server shutdown in progress",
        "1054 | 42S22 | Unknown column", "1114 | HY000 | The table is full", "1142 | 42000 | INSERT command denied",
        "1146 | 42S02 | Table doesn't exist",
        "1205 | HY000 | Lock wait timeout exceeded", "1213 | 40001 | Deadlock found", "1290 | HY000 | running with the --read-only option",
        "1297 | HY000 | temporary error",
        "1317 | 70100 | Query execution was interrupted", "1364 | HY000 | Field doesn't have a default value",
        "1064 | 42000 | You have an error in your SQL syntax",
        "1148 | 42000 | The used command is not allowed", "3948 | 42000 | Loading local data is disabled",
        "1927 | 70100 | Connection was killed", "4031 | HY000 | disconnected by the server because of inactivity",
        "3024 | HY000 | maximum statement execution time exceeded", "1197 | HY000 | max_binlog_cache_size",
        "1020 | HY000 | Record has changed since last read", "1615 | HY000 | Prepared statement needs to be re-prepared"})
    void everybodyIsConcerned(int code, String state, String message) {
        assertThat(errors.refusesRow(new SQLException(message, state, code))).isFalse();
    }

    @Test
    void theDriversOwnExceptionsAreToldApartToo() {
        assertThat(errors.refusesRow(new PacketTooBigException("Packet for query is too large"))).isTrue();
        assertThat(errors
                .refusesRow(new MysqlDataTruncation("Data truncation: Data too long for column 'name'", 1, false, false, 30, 20, 1406)))
                .isTrue();
        assertThat(errors.refusesRow(new SQLIntegrityConstraintViolationException("Duplicate entry", "23000", 1062))).isTrue();
        assertThat(errors.refusesRow(
                new SQLTransientConnectionException("warehouse-main - Connection is not available, request timed out after 5000ms")))
                .isFalse();
        assertThat(errors.refusesRow(new SQLException("no state at all"))).isFalse();
    }

    @Test
    void aReasonNamesTheErrorsNumber() {
        assertThat(errors.reason(new SQLException("Data too long", "22001", 1406))).isEqualTo("Data too long (MySQL error 1406)");
        assertThat(errors.reason(new SQLException("Communications link failure", "08S01"))).isEqualTo("Communications link failure");
    }

    @Test
    void aColumnThatIsThereAlreadyIsTold() {
        assertThat(errors.isDuplicateColumn(new SQLException("Duplicate column name", "42S21", 1060))).isTrue();
        assertThat(errors.isDuplicateColumn(new SQLException("Duplicate entry", "23000", 1062))).isFalse();
        assertThat(errors.isUnknownTable(new SQLException("no table", "42S02", 1146))).isTrue();
        assertThat(errors.isUnknownTable(new SQLException("no column", "42S22", 1054))).isFalse();
    }

    @Test
    void anyNameCanBeQuoted() {
        assertThat(words.quote("order")).isEqualTo("`order`");
        assertThat(words.quote("a`b")).isEqualTo("`a``b`");
    }

    @Test
    void anInstantLosesItsLetterAndNothingElseDoes() {
        assertThat(values.parameter("2026-11-21T13:14:15.5Z", ColumnType.of(Kind.INSTANT, 6))).isEqualTo("2026-11-21T13:14:15.5");
        assertThat(values.parameter("Z", ColumnType.of(Kind.STRING, 6))).isEqualTo("Z");
        assertThat(values.parameter("2026-11-21T13:14:15", ColumnType.of(Kind.DATETIME))).isEqualTo("2026-11-21T13:14:15");
        assertThat(values.parameter(null, ColumnType.of(Kind.INSTANT))).isNull();
        assertThat(values.parameter(new BigDecimal("1.50"), ColumnType.decimal(5, 2))).isEqualTo(new BigDecimal("1.50"));
    }
}
