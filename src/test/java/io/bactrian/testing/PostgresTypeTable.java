package io.bactrian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.SourceUnderTest.TypeTable;
import java.util.List;

/** The type table of docs/postgresql.md: every type of PostgreSQL that a warehouse can hold, at its edges. */
final class PostgresTypeTable {

    private static final String CREATE = """
            create table types (id int primary key, flag boolean, i2 smallint, i4 int, i8 bigint, r4 real, r8 double precision,
              n numeric, n2 numeric(10,2), n0 numeric(5,0), m money, v varchar(20), v0 varchar, c char(5), t text, nm name,
              u uuid, j json, jb jsonb, x xml, b bytea, d date, tm time, tmz timetz, ts timestamp, ts3 timestamp(3), tsz \
            timestamptz, iv interval,
              b1 bit(1), b9 bit(9), ip inet, net cidr, mac macaddr, r int4range, nr numrange, tr tstzrange, e mood, dom positive, domt mail,
              ai int[], at text[], an numeric[], ab boolean[], au uuid[])""";

    private static final List<String> ROWS = List.of(
            "insert into types (id) values (ID)",
            """
                    insert into types values (ID, true, -32768, -2147483648, -9223372036854775808, 1.5, 0.1, \
                    12345678901234567890.123456789012345678, -12345678.99, -99999, '-1234.56',
                      'naïve 📚', 'any', 'ab', 'tab\t newline\n backslash \\ quote ''', 'name', \
                    '00000000-0000-0000-0000-00000000ABCD', '{"b": 1.50,  "a": [1, null]}', '{"b": 1.50, "a": [1, null]}',
                      '<a>x</a>', '\\x00ff10', '0001-01-01', '00:00:00', '13:14:15.123456+05:30', '1600-01-01 00:00:00', \
                    '2026-11-21 13:14:15.123', '1970-01-01 00:00:01.5+00', '1 year 2 mons 3 days 04:05:06.789',
                      b'1', b'100000001', '192.168.1.1', '10.0.0.0/8', '08:00:2b:01:02:03', '[1,5)', '(1.5,)', '["2026-01-01 \
                    00:00:00+00","2026-02-01 00:00:00+00")', 'so, so', 7, 'a@b',
                      '{1,NULL,-3}', '{"a","with, comma","quote \\" x",NULL}', '{1.50,2}', '{t,f,NULL}',
                      '{00000000-0000-0000-0000-00000000abcd}')""",
            """
                    insert into types values (ID, false, 32767, 2147483647, 9223372036854775807, -3.25, -1e300, \
                    0.000000000000000000000000000001, 99999999.99, 99999, '900719925474.91',
                      '', '', '', '', '', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '[]', '{}', '<b/>', '', '9999-12-31', \
                    '23:59:59.999999', '00:00:00-12', '9999-12-31 23:59:59.999999', '2026-11-21 13:14:15', '2038-01-19 \
                    03:14:07.999999+00', '-1 days -00:00:01',
                      b'0', b'000000000', '::1', '::/0', 'ff:ff:ff:ff:ff:ff', 'empty', '[,]', null,
                      'happy', 1, '', '{}', '{}', '{}', '{}', '{}')""");

    private static final String SEEN = """
            1|-9223372036854775808|12345678901234567890.123456789012345678000000000000|-12345678.99|-1234.56|ab   \
            |00000000-0000-0000-0000-00000000abcd|\
            {"a": [1, null], "b": 1.50}|0001-01-01|00:00:00|07:44:15.123456|1600-01-01 00:00:00|1970-01-01 \
            00:00:01.500000|P1Y2M3DT4H5M6.789S|257|192.168.1.1|[1,5)|so, so|7|\
            [1,null,-3]|["a","with, comma","quote \\" x",null]|["1.50","2"]""";

    // The program sets UTC: a snapshot reads what the wall clock said through the JVM's zone, and in most of them an
    // hour a year is missing.
    static final TypeTable TABLE = new TypeTable("UTC", List.of(),
            List.of("create type mood as enum ('sad', 'so, so', 'happy')", "create domain positive as int check (value > 0)",
                    "create domain mail as text", CREATE),
            ROWS,
            "update types a set v = b.v, n = b.n, tsz = b.tsz, at = b.at, e = b.e from types b where a.id > 20 and b.id = 12",
            scenario -> assertThat(scenario.rows(
                    "select flag, i8, n, n2, m, c, u, jb, d, tm, tmz, ts, tsz, iv, b9 + 0, ip, r, e, dom, ai, at, an "
                            + "from NAME.types where id in (2, 12)"))
                    .isNotEmpty().allSatisfy(row -> assertThat(row).isEqualTo(SEEN)),
            List.of());

    private PostgresTypeTable() {
    }
}
