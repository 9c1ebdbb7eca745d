package io.bactrian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.SourceUnderTest.TypeTable;
import java.util.List;
import java.util.stream.Stream;

/**
 * Every type of MySQL, at its edges; its JVM and its server are anywhere, instants are written in the session's zone.
 */
final class MySqlTypeTable {

    private static final String CREATE = """
            create table types (
              id int primary key,
              t1 tinyint, t1u tinyint unsigned, flag boolean, t2 smallint, t2u smallint unsigned, t3 mediumint, t3u mediumint unsigned,
              t4 int, t4u int unsigned, t4z int(8) unsigned zerofill, t8 bigint, t8u bigint unsigned,
              d decimal(65,30), money decimal(10,2), d0 decimal(5,0), dbl double,
              b1 bit(1), b17 bit(17), b64 bit(64),
              c char(10), v varchar(200), latin varchar(50) character set latin1, bincoll varchar(50) collate utf8mb4_bin,
              tt tinytext, tx text, mt mediumtext, lt longtext,
              bn binary(8), vb varbinary(300), tb tinyblob, bb blob, mb mediumblob, lb longblob,
              dt date, tm0 time, tm6 time(6), dt0 datetime, dt3 datetime(3), dt6 datetime(6), ts0 timestamp null, ts6 \
            timestamp(6) null, y year,
              e enum('small', 'mid''dle', 'large, or so'), s set('a', 'b', 'c d'), j json, p point, g geometry)""";

    private static final String NULLS = "insert into types (id) values (ID)";

    private static final String LOWEST = """
            insert into types values (ID, -128, 0, false, -32768, 0, -8388608, 0, -2147483648, 0, 0, -9223372036854775808, 0,
              -99999999999999999999999999999999999.999999999999999999999999999999, -99999999.99, -99999, -1.7976931348623157e308,
              b'0', b'0', b'0', '', '', '', '', '', '', '', '', x'0000000000000000', x'', x'', x'', x'', x'',
              '1000-01-01', '-838:59:59', '-838:59:58.000001', '1000-01-01 00:00:00', '1000-01-01 00:00:00.001', '1000-01-01 \
            00:00:00.000001',
              '1970-01-01 00:00:01', '1970-01-01 00:00:01.000001', 1901, 'small', '', '{}', st_geomfromtext('POINT(0 0)'),
              st_geomfromtext('LINESTRING(0 0, 1 1)'))""";

    private static final String HIGHEST = """
            insert into types values (ID, 127, 255, true, 32767, 65535, 8388607, 16777215, 2147483647, 4294967295, 42, \
            9223372036854775807, 18446744073709551615,
              99999999999999999999999999999999999.999999999999999999999999999999, 99999999.99, 99999, 2.2250738585072014e-308,
              b'1', b'11111111111111111', b'1111111111111111111111111111111111111111111111111111111111111111',
              'ten chars!', 'tab\\t newline\\n return\\r backslash\\\\ quote\\' NUL\\0 \\Z 📚 书 \\\\N', 'naïve café', 'Á \
            case', 'tiny', 'text', 'medium', repeat('long 🐫', 20000),
              x'00ff10ab0a0d5c27', ALLBYTES, ALLBYTES_SHORT, ALLBYTES, ALLBYTES, repeat(ALLBYTES, 300),
              '9999-12-31', '838:59:59', '838:59:58.999999', '9999-12-31 23:59:59', '9999-12-31 23:59:59.999', '9999-12-31 23:59:59.999999',
              '2038-01-19 03:14:07', '2038-01-19 03:14:07.499999', 2155, 'large, or so', 'a,b,c d',
              '{"a": [1, 2.50, 18446744073709551615, -1e400e, null, true], "é": {"deep": {"x": "📚 \\\\" \\\\\\\\ \\\\n"}}}',
              st_geomfromtext('POINT(1.5 -2.25)'), st_geomfromtext('POLYGON((0 0, 0 9, 9 9, 0 0))', 4326))""";

    private static final String COMPARED = """
            select id, t1, t1u, flag, t2, t2u, t3, t3u, t4, t4u, t4z + 0, t8, t8u, d, money, d0, hex(dbl), bin(b1), bin(b17), bin(b64),
              hex(c), hex(v), latin, hex(bincoll), hex(tt), hex(tx), hex(mt), sha2(lt, 256), length(lt),
              hex(bn), hex(vb), hex(tb), hex(bb), hex(mb), sha2(lb, 256), length(lb), dt, tm0, tm6, dt0, dt3, dt6, \
            unix_timestamp(ts0), unix_timestamp(ts6), y + 0, e, s, j, hex(p), hex(g), dbl
            from NAME.types order by id""";

    static final TypeTable TABLE = new TypeTable("America/St_Johns",
            List.of("set global time_zone = '+05:30'", "set session time_zone = '+00:00'"), List.of(CREATE),
            Stream.of(NULLS, LOWEST, HIGHEST).map(MySqlTypeTable::written).toList(),
            "update types a join types b on b.id = 13 set a.t8u = b.t8u, a.v = b.v, a.j = b.j, a.lb = b.lb, a.ts6 = "
                    + "b.ts6, a.tm6 = b.tm6 where a.id > 20",
            scenario -> assertThat(scenario.rows(COMPARED)).hasSizeGreaterThan(2).isEqualTo(scenario.sourceRows(COMPARED)),
            List.of("set global time_zone = '+00:00'"));

    private MySqlTypeTable() {
    }

    private static String written(String insert) {
        StringBuilder all = new StringBuilder();
        for (int i = 0; i < 256; i++) {
            all.append(String.format("%02x", i));
        }
        return insert.replace("ALLBYTES_SHORT", "x'" + all.substring(0, 400) + "'").replace("ALLBYTES", "x'" + all + "'").replace("-1e400e",
                "-1e40");
    }
}
