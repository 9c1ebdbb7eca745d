package io.bactrian.engines.mysql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.bactrian.testing.MySqlTables;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MySqlLogTypesTest {

    @Test
    void theTypeComesFromTheSourcesOwnWordsInTheSchema() {
        Schema schema = SchemaBuilder.bytes().parameter("__debezium.source.column.type", "DECIMAL UNSIGNED")
                .parameter("__debezium.source.column.length", "12")
                .parameter("__debezium.source.column.scale", "2").build();

        assertThat(MySqlLogTypes.of("store.orders", "total", schema)).hasToString("decimal(12,2)");
    }

    @Test
    void anEnumsValuesComeWithIt() {
        Schema schema = SchemaBuilder.string().parameter("__debezium.source.column.type", "ENUM")
                .parameter("__debezium.source.column.length", "1")
                .parameter("allowed", "a," + "b".repeat(100)).build();

        assertThat(MySqlLogTypes.of("store.books", "category", schema)).hasToString("string(100)");
    }

    @Test
    void aColumnWithoutItsTypeSaysWhatIsMissing() {
        for (Schema schema : new Schema[]{Schema.INT32_SCHEMA, SchemaBuilder.int32().parameter("allowed", "a").build()}) {
            assertThatIllegalArgumentException().isThrownBy(() -> MySqlLogTypes.of("store.books", "stock", schema))
                    .withMessage(
                            "column store.books.stock came without its type in the source "
                                    + "(__debezium.source.column.type); the capture needs "
                                    + "column.propagate.source.type, which Bactrian sets itself: is it overridden?");
        }
    }

    /** As Debezium's own parser of MySQL's DDL gives them, which is not always what one has written. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {
        "TINYINT(1) | int8", "BOOLEAN | int8", "BOOL | int8", "TINYINT UNSIGNED | uint8", "SMALLINT(5) UNSIGNED ZEROFILL | uint16",
        "MEDIUMINT ZEROFILL | uint24",
        "INT | int32", "INTEGER UNSIGNED | uint32", "BIGINT | int64", "BIGINT UNSIGNED | uint64", "INT1 | int8", "INT2 | int16",
        "INT3 | int24", "INT4 | int32",
        "INT8 | int64", "MIDDLEINT | int24", "SERIAL | uint64",
        "DECIMAL(10,2) | decimal(10,2)", "DECIMAL(10) | decimal(10,0)", "DECIMAL | decimal(10,0)", "NUMERIC(5,5) | decimal(5,5)",
        "DEC(4,1) UNSIGNED | decimal(4,1)",
        "FIXED(7,3) | decimal(7,3)", "FLOAT | float", "FLOAT(24) | float", "FLOAT(53) | double", "FLOAT(7,3) | float",
        "FLOAT UNSIGNED | float", "DOUBLE | double",
        "DOUBLE PRECISION | double", "DOUBLE(10,3) UNSIGNED | double", "REAL | double", "FLOAT4 | float", "FLOAT8 | double",
        "BIT | bits(1)", "BIT(1) | bits(1)", "BIT(64) | bits(64)",
        "CHAR | string(1)", "CHAR(13) | string(13)", "VARCHAR(300) | string(300)",
        "VARCHAR(300) CHARACTER SET latin1 COLLATE latin1_bin | string(300)",
        "VARCHAR(20) BINARY | string(20)", "CHARACTER VARYING(20) | string(20)", "CHAR VARYING(20) | string(20)",
        "CHARACTER(5) | string(5)", "NCHAR(5) | string(5)",
        "NVARCHAR(5) | string(5)", "NATIONAL CHAR(5) | string(5)", "NATIONAL CHARACTER(5) | string(5)", "NATIONAL VARCHAR(5) | string(5)",
        "NATIONAL CHARACTER VARYING(5) | string(5)", "NATIONAL CHAR VARYING(5) | string(5)", "NCHAR VARCHAR(5) | string(5)",
        "TINYTEXT | text(255)", "TEXT | text(65535)", "TEXT(100) | text(65535)", "MEDIUMTEXT | text(16777215)", "LONGTEXT | text",
        "LONG VARCHAR | text", "LONG | text",
        "BINARY | bytes(1)", "BINARY(16) | bytes(16)", "VARBINARY(3000) | bytes(3000)", "TINYBLOB | blob(255)", "BLOB | blob(65535)",
        "BLOB(10) | blob(65535)",
        "MEDIUMBLOB | blob(16777215)", "LONGBLOB | blob", "LONG VARBINARY | blob(16777215)", "TEXT BINARY | text(65535)",
        "CHAR(5) BINARY | string(5)",
        "DATE | date", "TIME | time", "TIME(6) | time(6)", "DATETIME | datetime", "DATETIME(3) | datetime(3)", "TIMESTAMP | instant",
        "TIMESTAMP(6) | instant(6)", "YEAR | year",
        "YEAR(4) | year", "JSON | json", "ENUM('a','b') | string(64)", "SET('a','bc') | string(4)",
        "GEOMETRY | geometry", "POINT | geometry", "LINESTRING | geometry", "POLYGON | geometry", "MULTIPOINT | geometry",
        "MULTILINESTRING | geometry",
        "MULTIPOLYGON | geometry", "GEOMETRYCOLLECTION | geometry", "GEOMCOLLECTION | geometry"})
    void everyTypeThatMySqlsGrammarKnowsIsUnderstood(String written, String expected) {
        assertThat(MySqlTables.parse("CREATE TABLE store.t (c " + written + ")").get("store.t").column(0).type()).hasToString(expected);
    }
}
