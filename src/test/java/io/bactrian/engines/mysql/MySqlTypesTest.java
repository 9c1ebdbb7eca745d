package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlTypesTest {

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TINYINT | 1 | 0 | int8", "tinyint | 0 | 0 | int8", "TINYINT UNSIGNED | 0 | 0 | uint8", "BOOL | 0 | 0 | int8",
        "BOOLEAN | 0 | 0 | int8",
        "SMALLINT | 0 | 0 | int16", "SMALLINT UNSIGNED | 0 | 0 | uint16", "MEDIUMINT | 0 | 0 | int24",
        "MEDIUMINT UNSIGNED | 0 | 0 | uint24",
        "INT | 11 | 0 | int32", "INTEGER | 0 | 0 | int32", "INT UNSIGNED | 0 | 0 | uint32", "INT UNSIGNED ZEROFILL | 5 | 0 | uint32",
        "INT ZEROFILL | 5 | 0 | uint32",
        "INT(5) UNSIGNED ZEROFILL | 0 | 0 | uint32", "INT SIGNED | 0 | 0 | int32", "BIGINT | 0 | 0 | int64",
        "BIGINT UNSIGNED | 0 | 0 | uint64", "SERIAL | 0 | 0 | uint64",
        "BIGINT UNSIGNED ZEROFILL | 20 | 0 | uint64", "INT1 | 0 | 0 | int8", "INT2 UNSIGNED | 0 | 0 | uint16", "INT3 | 0 | 0 | int24",
        "MIDDLEINT | 0 | 0 | int24",
        "INT4 | 0 | 0 | int32", "INT8 | 0 | 0 | int64",
        "DECIMAL | 10 | 2 | decimal(10,2)", "DECIMAL | 0 | 0 | decimal(10,0)", "DECIMAL | 65 | 30 | decimal(65,30)",
        "NUMERIC | 5 | 5 | decimal(5,5)",
        "DEC UNSIGNED | 4 | 1 | decimal(4,1)", "FIXED | 0 | 0 | decimal(10,0)",
        "FLOAT | 0 | 0 | float", "FLOAT | 24 | 0 | float", "FLOAT | 25 | 0 | double", "FLOAT | 53 | 0 | double", "FLOAT | 30 | 2 | float",
        "FLOAT UNSIGNED | 0 | 0 | float",
        "FLOAT4 | 0 | 0 | float", "FLOAT8 | 0 | 0 | double", "DOUBLE | 0 | 0 | double", "DOUBLE PRECISION | 0 | 0 | double",
        "DOUBLE PRECISION UNSIGNED | 0 | 0 | double",
        "REAL | 10 | 2 | double",
        "BIT | 0 | 0 | bits(1)", "BIT | 1 | 0 | bits(1)", "BIT | 64 | 0 | bits(64)",
        "CHAR | 0 | 0 | string(1)", "CHAR | 13 | 0 | string(13)", "VARCHAR | 16383 | 0 | string(16383)", "NCHAR | 5 | 0 | string(5)",
        "NVARCHAR | 5 | 0 | string(5)",
        "CHARACTER | 5 | 0 | string(5)", "CHARACTER VARYING | 5 | 0 | string(5)", "NATIONAL CHAR | 5 | 0 | string(5)",
        "NATIONAL VARCHAR | 5 | 0 | string(5)",
        "TINYTEXT | 0 | 0 | text(255)", "TEXT | 0 | 0 | text(65535)", "MEDIUMTEXT | 0 | 0 | text(16777215)", "LONGTEXT | 0 | 0 | text",
        "LONG | 0 | 0 | text",
        "LONG VARCHAR | 0 | 0 | text", "BINARY | 0 | 0 | bytes(1)", "BINARY | 16 | 0 | bytes(16)", "VARBINARY | 3000 | 0 | bytes(3000)",
        "TINYBLOB | 0 | 0 | blob(255)", "BLOB | 0 | 0 | blob(65535)", "MEDIUMBLOB | 0 | 0 | blob(16777215)", "LONGBLOB | 0 | 0 | blob",
        "DATE | 0 | 0 | date", "TIME | 0 | 0 | time", "TIME | 6 | 0 | time(6)", "TIME | -1 | 0 | time", "DATETIME | 0 | 0 | datetime",
        "DATETIME | 3 | 0 | datetime(3)",
        "TIMESTAMP | 6 | 0 | instant(6)", "TIMESTAMP | -1 | 0 | instant", "YEAR | 4 | 0 | year", "YEAR | 0 | 0 | year",
        "JSON | 0 | 0 | json",
        "GEOMETRY | 0 | 0 | geometry", "POINT | 0 | 0 | geometry", "LINESTRING | 0 | 0 | geometry", "POLYGON | 0 | 0 | geometry",
        "MULTIPOINT | 0 | 0 | geometry",
        "MULTILINESTRING | 0 | 0 | geometry", "MULTIPOLYGON | 0 | 0 | geometry", "GEOMETRYCOLLECTION | 0 | 0 | geometry",
        "GEOMCOLLECTION | 0 | 0 | geometry"})
    void everyTypeOfMySqlHasItsWord(String type, long length, int scale, String expected) {
        assertThat(MySqlTypes.of("store.t.c", type, length, scale, "")).hasToString(expected);
    }

    @Test
    void anEnumIsAsLongAsItsLongestValueWithRoomForMore() {
        assertThat(MySqlTypes.of("c", "ENUM", 1, 0, "fiction,crime")).hasToString("string(64)");
        assertThat(MySqlTypes.of("c", "ENUM", 1, 0, "a," + "b".repeat(255))).hasToString("string(255)");
        assertThat(MySqlTypes.of("c", "ENUM", 1, 0, "")).hasToString("string(64)");
        assertThat(MySqlTypes.of("c", "ENUM('unsigned','b')", 1, 0, "unsigned,b")).hasToString("string(64)");
    }

    @Test
    void aSetHoldsAllItsMembersAtOnce() {
        assertThat(MySqlTypes.of("c", "SET", 3, 0, "a,bc,def")).hasToString("string(8)");
        assertThat(MySqlTypes.of("c", "SET", 3, 0, "x".repeat(200) + "," + "y".repeat(200))).hasToString("string(401)");
    }

    @Test
    void anUnknownTypeNamesItsColumnAndAWayOut() {
        assertThatIllegalArgumentException().isThrownBy(() -> MySqlTypes.of("store.books.embedding", "VECTOR(3)", 3, 0, ""))
                .withMessage(
                        "column store.books.embedding has the type VECTOR(3), which Bactrian does not know yet; leave "
                                + "the column out with columnExcludeList, or tell us");
    }
}
