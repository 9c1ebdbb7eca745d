package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlTextTest {

    @ParameterizedTest
    @CsvSource(delimiter = '#', ignoreLeadingAndTrailingWhitespace = true, value = {
        "select 1 #",
        "select a from t # t",
        "SELECT a FROM Orders AS o # orders",
        "select a from t, u as x, v # t u v",
        "select a from t join u on u.id = t.id left join v using (id) cross join w # t u v w",
        "select a from t natural join u straight_join v # t u v",
        "select straight_join a, b from t # t",
        "select a from (t, u) # t u",
        "select a from (t join u on t.a = u.a) join v # t u v",
        "select a from ((t join u on t.a = u.a) join v on v.a = u.a), w # t u v w",
        "select a from (select b from u) x join v # u v",
        "select a from ((select b from u) union (select b from v)) x, w # u v w",
        "select (select max(b) from u where u.a = t.a), c from t # u t",
        "select a from t where a in (select b from u) and exists (select 1 from v) or c = 1 order by a, b # t u v",
        "select a from t group by a, b having count(*) > (select 1 from u) limit 1, 2 # t u",
        "select a from t union all select a from u except select a from v # t u v",
        "select a from t, lateral (select b from u where u.a = t.a) x # t u",
        "select a from t use index (by_a, by_b), u # t u",
        "select a from t partition (p0), u # t u",
        "select distinct a from t # t",
        "select a is not distinct from b, c from t # t",
        "select a from dual #",
        "select a from (values row(1, 2), row(3, 4)) x join t # t",
        "select a from (table u) x join t # u t",
        "select a from t where a in (table u) # t u",
        "select j.a from t, json_table(t.lines, '$[*]' columns (a int path '$.a', b int path '$.b')) j, u # t u",
    })
    void namesTheTablesThatAreRead(String sql, String tables) {
        assertThat(tables(sql).keySet()).containsExactly(tables == null ? new String[0] : tables.split(" "));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', ignoreLeadingAndTrailingWhitespace = true, value = {
        "with x as (select a from t) select * from x join u # t u",
        "with x as (select a from t), y as (select a from x) select * from y, x # t",
        "with x (a, b) as (select a, b from t) select * from x # t",
        "with x as ((select a from t) union (select a from u)) select * from x # t u",
        "with recursive x as (select 1 as n union all select n + 1 from x) select * from x, t # t",
        "with recursive x (n) as (select 1 union all select n + 1 from x) select * from x, t # t",
        "select * from (with x as (select a from t) select a from x) y join u # t u",
        "select * from (with x as (select a from t) select a from x) y join x # t x",
        "with orders as (select a from orders where b = 1) select * from orders # orders",
        "with y as (select a from x), x as (select a from t) select * from y, x # x t",
        "select * from (with recursive x as (select 1 as n union all select n + 1 from x) select n from x) y join t # t",
        "with x as (select a from t) select sum(a) over w from x window w as (order by a) union select a from w # t w",
        "select a from t join u as (select b from v) join u # t u v",
    })
    void aNameThatAWithDefinesIsNoTableWhereItIsDefined(String sql, String tables) {
        assertThat(tables(sql).keySet()).containsExactly(tables.split(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"extract(year from x.day)", "trim(leading ' ' from name)", "substring(name from 2 for 3)",
        "substr(name from 2)", "position('a' in name)",
        "trim(both (select b from u) from name)"})
    void theWordFromInsideAFunctionBeginsNoTables(String expression) {
        assertThat(tables("select " + expression + ", a from t").keySet()).contains("t").isSubsetOf("t", "u");
    }

    @Test
    void aTableOfAnotherDatabaseKeepsItsDatabase() {
        assertThat(tables("select 1 from shop.orders").keySet()).containsExactly("shop.orders");
        assertThat(tables("select a from shop.orders o join `shop`.`items` i on o.a = i.a").keySet()).containsExactly("shop.orders",
                "shop.items");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select a from `order` join u", "select a from `Order`, u",
        "select `from`, `select` as `join`, b as `where` from `order` x, u",
        "select a as \"from\", b from `order`, u"})
    void aQuotedNameIsNoWordOfTheLanguage(String sql) {
        assertThat(tables(sql).keySet()).containsExactly("order", "u");
    }

    @ParameterizedTest
    @ValueSource(strings = {"'it''s from x'", "'it\\'s from x, ('", "'\\\\'", "''", "'--'", "'/*'", "\"it's from x\"", "\"a\\\" from x\"",
        "'a ` b'"})
    void aTextIsOneWhateverIsInIt(String text) {
        assertThat(tables("select " + text + " as a, b from t join u on t.a = 'x'").keySet()).containsExactly("t", "u");
    }

    @ParameterizedTest
    @ValueSource(strings = {"-- don't from x\n", "--\n", "--\tfrom x\n", "# don't from x\n", "/* don't from x, */", "/*/ from x, */",
        "/*+ no_merge(x) */",
        "/* -- */"})
    void aCommentIsNotRead(String comment) {
        assertThat(tables("select a " + comment + " from t " + comment + ", u").keySet()).containsExactly("t", "u");
    }

    @Test
    void whatMySqlDoesNotTakeForACommentIsRead() {
        assertThat(tables("select a--1 from t").keySet()).containsExactly("t");
        assertThat(tables("select a /*!80000 from t join */ u").keySet()).containsExactly("t", "u");
        assertThat(tables("select a from t /*! , u */").keySet()).containsExactly("t", "u");
        assertThat(new SqlText("/*!80000 select a from t */", 1).begins("select")).isTrue();
    }

    @Test
    void knowsTheLineOfTheFirstMention() {
        assertThat(new SqlText("select 'a\nb' /* c\n\n */ as x -- d\nfrom t\njoin\nu join t\n", 10).tables())
                .isEqualTo(Map.of("t", 14, "u", 16));
    }

    @Test
    void whatIsNeverClosedEndsWithTheFile() {
        assertThat(tables("select a from t where b = 'x from u").keySet()).containsExactly("t");
        assertThat(tables("select a from t /* from u").keySet()).containsExactly("t");
        assertThat(tables("select a from `t").keySet()).containsExactly("t");
        assertThat(tables("select a from t where b = `").keySet()).containsExactly("t");
        assertThat(tables("select a from t --").keySet()).containsExactly("t");
        assertThat(tables("select a from t /*!80000").keySet()).containsExactly("t");
        assertThat(tables("select a from t)) from u").keySet()).containsExactly("t", "u");
    }

    @Test
    void wordsAreThoseOfNamesAndNotOfTextsAndComments() {
        assertThat(new SqlText("select o.Day, `Total Sum`, 'text' from t -- comment\n where x1_$ = 5 /* other */", 1).words())
                .containsExactlyInAnyOrder("select", "o", "day", "total sum", "from", "t", "where", "x1_$");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select * from t", "select distinct * from t", "select t.* from t", "select a, * from t", "select `t`.* from t",
        "select *, a from t",
        "select a from (select * from t) x", "select all * from t", "select straight_join * from t", "select sql_no_cache * from t",
        "select a from (table t) x",
        "select a from t natural join u", "select a from t natural left join u",
        "select a from t join lateral (select t.* limit 1) x on true"})
    void allColumnsAreTaken(String sql) {
        assertThat(new SqlText(sql, 1).takesAllColumns()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"select count(*) from t", "select a * b from t", "select a*2, (a) * (b), 3 * `c` from t",
        "select count( * ), a from t", "select a -- *\n from t",
        "select '*' from t", "select -a * -b from t"})
    void aStarThatCountsOrMultipliesTakesNoColumns(String sql) {
        assertThat(new SqlText(sql, 1).takesAllColumns()).isFalse();
    }

    @Test
    void beginsWithItsFirstWord() {
        assertThat(new SqlText(" -- x\n/* y */ SELECT 1", 1).begins("select", "with")).isTrue();
        assertThat(new SqlText("`select` 1", 1).begins("select", "with")).isFalse();
        assertThat(new SqlText("", 1).begins("select")).isFalse();
    }

    private static Map<String, Integer> tables(String sql) {
        return new SqlText(sql, 1).tables();
    }
}
