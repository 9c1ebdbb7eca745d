package io.bactrian.cases;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlStatementTest {

    @Test
    void statementsEndWithASemicolonAndKnowTheirLine() {
        assertThat(of("select 1;\n\n  select\n 2 ; select 3\n")).containsExactly("f.sql:10 select 1", "f.sql:12 select\n 2",
                "f.sql:13 select 3");
    }

    @ParameterizedTest
    @ValueSource(strings = {"select ';'", "select 'it''s; so'", "select 'a\\';b'", "select \"a;b\"", "select `a;b`", "select `a\\` from t",
        "select 1 /* a; b */ + 2",
        "select 1 -- a; b\n + 2", "select 1 # a; b\n + 2", "select 'unfinished;",
        "create function f() language plpgsql as $$ begin; return 1; end $$", "select $a$ ; $$ ; $a$ + 1", "select $$ unfinished; $a$"})
    void aSemicolonInQuotesOrInACommentEndsNothing(String sql) {
        assertThat(of(sql)).containsExactly("f.sql:10 " + sql);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "  \n", ";", " ; ;\n", "-- nothing", "# nothing\n-- at all\n"})
    void aTextWithoutAStatementHasNone(String sql) {
        assertThat(of(sql)).isEmpty();
    }

    @Test
    void aDollarInANameAndAPlaceholderAreNoQuotes() {
        assertThat(of("select a$$b; select $1 + $2; select c$$d")).containsExactly("f.sql:10 select a$$b", "f.sql:10 select $1 + $2",
                "f.sql:10 select c$$d");
    }

    @Test
    void aCommentBeforeAStatementIsNotWhereItBegins() {
        assertThat(of("-- what follows;\n# says one\nselect 1")).containsExactly("f.sql:12 select 1");
    }

    @Test
    void twoMinusesOfAnExpressionAreNoComment() {
        assertThat(of("select 5--1; select 2")).containsExactly("f.sql:10 select 5--1", "f.sql:10 select 2");
    }

    @ParameterizedTest
    @CsvSource(nullValues = "-", value = {"truncate table store.items,store.items", "TRUNCATE `store`.`items`,store.items",
        "truncate items,items", "delete from store.items,-",
        "select 'truncate table x',-", "TRUNCATE ONLY \"store\".items RESTART IDENTITY CASCADE,store.items",
        "'truncate a , store.b,c cascade','a,store.b,c'", "truncate,-"})
    void knowsATruncation(String sql, String tables) {
        assertThat(String.join(",", new SqlStatement(new CaseLocation(Path.of("f"), 1), sql).truncated()))
                .isEqualTo(tables == null ? "" : tables);
    }

    @ParameterizedTest
    @CsvSource({"alter table t add c int,true", "CREATE TABLE t (i int),true", "drop table t,true", "rename table a to b,true",
        "insert into created values (1),false", "update t set a = 1,false"})
    void knowsWhatChangesTablesAndNotRows(String sql, boolean definition) {
        assertThat(new SqlStatement(new CaseLocation(Path.of("f"), 1), sql).isDefinition()).isEqualTo(definition);
    }

    @ParameterizedTest
    @CsvSource({"begin,true", "START  TRANSACTION,true", "commit,true", "rollback to savepoint a,true", "set autocommit = 0,true",
        "SET @begin = 1,false", "update t set begin = 1,false"})
    void knowsWhatBeginsOrEndsATransaction(String sql, boolean control) {
        assertThat(new SqlStatement(new CaseLocation(Path.of("f"), 1), sql).isTransactionControl()).isEqualTo(control);
    }

    private static List<String> of(String sql) {
        return SqlStatement.of(sql, new CaseLocation(Path.of("f.sql"), 10)).stream().map(one -> one.place() + " " + one.text()).toList();
    }
}
