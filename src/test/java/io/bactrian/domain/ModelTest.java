package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Model.Input;
import io.bactrian.domain.Model.Restriction;
import io.bactrian.domain.Model.TouchByColumns;
import io.bactrian.domain.Model.TouchByQuery;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ModelTest {

    private static final String FILE = "models/sale.sql";
    private static final String SALE = """
            -- One row per line of an order.
            --
            -- Cancelled ones are left out.
            -- key: Order_ID, line
            -- index: day, category
            -- index: book_id
            -- reads items: order_id,
            --   Line
            -- reads Orders: select order_id, line
            --   from items where order_id in (:Order_ID)
            -- reads books: with b as (select 1) select order_id, line from items where (book_id, 'x:y') in ( :book_id , \
            :kind ) or (book_id, 'z') in (:book_id, :kind)
            -- index on Items: book_id
            -- index on items: order_id, line

            SELECT i.order_id, i.line, o.day, b.category, b.kind
            from items i join orders o on o.order_id = i.order_id left join books b on b.book_id = i.book_id
            where true /* keys: i.order_id, i.line */;
            """;

    @Test
    void isReadFromItsFile() {
        Model model = parse(SALE);

        assertThat(model.name()).isEqualTo("sale");
        assertThat(model.file()).isEqualTo(FILE);
        assertThat(model.text()).isEqualTo(SALE);
        assertThat(model.description()).isEqualTo("One row per line of an order. Cancelled ones are left out.");
        assertThat(model.key()).containsExactly("order_id", "line");
        assertThat(model.indexes()).containsExactly(List.of("day", "category"), List.of("book_id"));
        assertThat(model.select()).startsWith("SELECT i.order_id").endsWith("/* keys: i.order_id, i.line */");
        assertThat(model.inputs()).containsExactly(
                new Input("items", List.of(new TouchByColumns(List.of("order_id", "line"))),
                        List.of(List.of("book_id"), List.of("order_id", "line")), 7),
                new Input("orders",
                        List.of(new TouchByQuery(List.of("select order_id, line from items where order_id in ", ""),
                                List.of(List.of("order_id")))),
                        List.of(), 9),
                new Input("books",
                        List.of(new TouchByQuery(
                                List.of("with b as (select 1) select order_id, line from items where (book_id, 'x:y') in ",
                                        " or (book_id, 'z') in ", ""),
                                List.of(List.of("book_id", "kind"), List.of("book_id", "kind")))),
                        List.of(), 11));
    }

    @Test
    void aTableMayTouchKeysInSeveralWays() {
        Model model = parse("-- key: a\n-- reads t: a\n-- reads t: select a from t where b in (:b)\n-- reads t: b\nselect a from t");

        assertThat(model.inputs()).containsExactly(new Input("t",
                List.of(new TouchByColumns(List.of("a")),
                        new TouchByQuery(List.of("select a from t where b in ", ""), List.of(List.of("b"))),
                        new TouchByColumns(List.of("b"))),
                List.of(), 2));
        assertThat(model.inputs().get(0).columnsAsked()).containsExactly("a", "b");
    }

    @Test
    void theLinesMayEndAsWindowsEndsThem() {
        Model model = parse(SALE.replace("\n", "\r\n"));

        assertThat(model.key()).containsExactly("order_id", "line");
        assertThat(model.inputs()).extracting(Input::table).containsExactly("items", "orders", "books");
    }

    @Test
    void aSemicolonInATextOrACommentEndsNothing() {
        assertThat(parse("-- key: a\n-- reads t: a\nselect a, ';' as b from t -- one; two\n where a <> '; ;' /* ; */ ;").select())
                .isEqualTo("select a, ';' as b from t -- one; two\n where a <> '; ;' /* ; */");
    }

    @Test
    void itsHashIsItsTexts() {
        Model model = parse(SALE);

        assertThat(model.hash()).matches("[0-9a-f]{32}").isEqualTo(parse(SALE).hash());
        assertThat(parse(SALE + "\n").hash()).isNotEqualTo(model.hash());
        assertThat(parse(SALE.replace("One", "A")).hash()).isNotEqualTo(model.hash());
    }

    @ParameterizedTest
    @ValueSource(strings = {"a", "sale_2", "a123456789012345678901234567890123456789012345678901234"})
    void itsNameIsATables(String name) {
        assertThat(Model.parse(name, FILE, SALE).faults()).isEmpty();
    }

    /** With 56 letters the longest table that goes with it, __touched, would have 65, and MySQL takes 64. */
    @ParameterizedTest
    @ValueSource(strings = {"", "Sale", "2sale", "_sale", "sale-x", "sale.x", "säle",
        "a1234567890123456789012345678901234567890123456789012345"})
    void aNameThatIsNoTablesIsAFault(String name) {
        assertThat(Model.parse(name, FILE, SALE).faults()).containsExactly(FILE + ":1: '" + name
                + "' is to name a table; expected lower-case letters, digits and underscores, at most 55, beginning with a letter");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sale__new", "sale__old", "sale__touched"})
    void aNameThatTheMakingOfAnotherModelNeedsIsAFault(String name) {
        assertThat(Model.parse(name, FILE, SALE).faults()).containsExactly(FILE + ":1: '" + name
                + "' ends like the tables that exist beside a model while it is built; expected a name that does not "
                + "end in __new, __old or __touched");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', ignoreLeadingAndTrailingWhitespace = true, value = {
        "-- about|-- key: a|-- reads t: a # 4: expected one SELECT after the comments, found the end of the file",
        "-- key: a|-- reads t: a||delete from t # 4: expected one SELECT after the comments",
        "-- reads t: a|select a from t # 1: no '-- key:'; expected the columns of the SELECT that tell its rows apart",
        "-- key:|-- reads t: a|select a from t # 1: 'key' names no column; expected names separated by commas; 1: no "
                + "'-- key:'; expected the columns of the SELECT that tell its rows apart",
        "-- key: a|-- reads t: a|-- index: ,|select a from t # 3: 'index' names no column; expected names separated by commas",
        "-- key: a|-- reads t: a|-- index on t:|select a from t # 3: 'index on t' names no column; expected names separated by commas",
        "-- key: a|-- key: b|-- reads t: b|select a, b from t # 2: a second key; expected one",
        "-- key: a|-- reads t: a|-- keys: a|select a from t # 3: '-- keys: a' is none of '-- key:', '-- index:', '-- "
                + "reads <table>:' and '-- index on <table>:'; what the model is about stands before them, and a "
                + "longer line goes on with three spaces after the dashes",
        "-- key: a|-- reads t: a|--  b|select a from t # 3: '--  b' is none of '-- key:', '-- index:', '-- reads "
                + "<table>:' and '-- index on <table>:'; what the model is about stands before them, and a longer "
                + "line goes on with three spaces after the dashes",
        "-- key: a|-- reads t: a|-- index on u: a|select a from t # 3: an index on u, which no '-- reads u:' names",
        "-- key: a|-- reads t:|select a from t # 2: 'reads t' does not say which keys a changed row touches; expected "
                + "columns of t or a query with parameters such as :order_id",
        "-- key: a|-- reads t: select a from sale where b in (:b)|select a from t # 2: the query for the touched keys "
                + "reads sale itself, which does not exist when it is built for the first time; a row that is removed is "
                + "found by a second '-- reads t:' with its columns",
        "-- key: a|-- reads t: select a from u where b in (:b)|select a from t # 2: the query for the touched keys "
                + "reads u, which the SELECT does not; expected some of [t]",
        "-- key: a, b|-- reads t: b|select a, b from t # 2: 'reads t' names 1 columns [b], the key has 2 [a, b]; "
                + "expected one for each, in that order",
        "-- key: a|-- reads t: select a from t|select a from t # 2: the query for the touched keys needs its "
                + "parameters in parentheses after IN, such as order_id in (:order_id) or (a, b) in (:a, :b)",
        "-- key: a|-- reads t: select a from t where b = :b and c in (:b)|select a from t # 2: the query for the "
                + "touched keys needs its parameters in parentheses after IN, such as order_id in (:order_id) or (a, b) in (:a, :b)",
        "-- key: a|-- reads t: select a from t where b in (:b) or c in (:c)|select a from t # 2: the query for the "
                + "touched keys asks with [[b], [c]]; expected the same columns each time, since they come from one row",
        "-- key: a|-- reads t: a|select a from t; select b from t # 3: more than one statement; expected one SELECT",
        "-- key: a|-- reads t: a|select a|from t|join shop.u # 5: reads shop.u; expected a table of the warehouse's "
                + "own database, without the database's name",
        "-- key: a|-- reads t: a|select a|from t|join u # 5: reads u, and no '-- reads u:' says which keys a changed "
                + "row of it touches; the model would go stale",
        "-- key: a|-- reads t: a|-- reads u: a|select a from t # 3: 'reads u', but the SELECT does not; it reads [t]",
        "-- key: a|-- reads t: a|select a from t|where 1 /* keys: b */ # 4: '/* keys: b */' names what is no column "
                + "of the key [a]; expected expressions that end in the key column's name, or 'expression as <key column>'",
        "-- key: a|-- reads t: a|select a from t|where 1 /* keys: */ # 4: '/* keys: */' names what is no column of "
                + "the key [a]; expected expressions that end in the key column's name, or 'expression as <key column>'",
        "-- key: a, b|-- reads t: a, b|select a, b from t|where 1 /* keys: a, t.a */ # 4: a key column twice in one 'keys:'",
    })
    void aFaultIsNamedWithItsLine(String text, String faults) {
        Model.Parsed parsed = Model.parse("sale", FILE, text.replace('|', '\n'));

        assertThat(String.join("; ", parsed.faults())).isEqualTo(faults.replaceAll("(^|; )(\\d+: )", "$1" + FILE + ":$2"));
        assertThat(parsed.model()).isNull();
    }

    @Test
    void allFaultsAreNamedAtOnce() {
        assertThat(Model.parse("Sale", FILE, "-- nothing: else\n-- index: a\n-- kye: a\nselect a from t").faults()).containsExactly(
                FILE + ":1: 'Sale' is to name a table; expected lower-case letters, digits and underscores, at most 55, "
                        + "beginning with a letter",
                FILE + ":3: '-- kye: a' is none of '-- key:', '-- index:', '-- reads <table>:' and '-- index on <table>:'; "
                        + "what the model is about stands before them, and a longer line goes on with three spaces after the dashes",
                FILE + ":1: no '-- key:'; expected the columns of the SELECT that tell its rows apart",
                FILE + ":4: reads t, and no '-- reads t:' says which keys a changed row of it touches; the model would go stale");
    }

    @Test
    void knowsWhereARefreshRestrictsItAndWithWhat() {
        Model model = parse(
                """
                        -- key: day, kind
                        -- reads t: day, kind
                        select x.day, x.kind, u.n from (select date(t.at) as day, t.Kind, f(t.a, 1) as n from t
                          where t.a > 0 /* keys: date(t.at) as Day, t.KIND */) x
                        join (select kind, count(*) as n from t where 1 /*KEYS : coalesce(lower(kind), 'a, b') AS kind*/ \
                        group by kind) u on u.kind = x.kind
                        """);

        assertThat(model.restrictions()).extracting(Restriction::expressions)
                .containsExactly(List.of("date(t.at)", "t.KIND"), List.of("coalesce(lower(kind), 'a, b')"));
        assertThat(model.restrictions()).extracting(Restriction::keyPlaces).containsExactly(List.of(0, 1), List.of(1));
        assertThat(model.restrictions()).extracting(r -> model.select().substring(r.begin(), r.end()))
                .containsExactly("/* keys: date(t.at) as Day, t.KIND */", "/*KEYS : coalesce(lower(kind), 'a, b') AS kind*/");
    }

    @Test
    void withoutAMarkerItIsNotRestricted() {
        assertThat(parse("-- key: a\n-- reads t: a\nselect a /* key: a */ from t").restrictions()).isEmpty();
    }

    @Test
    void aColumnWhoseNameDoesNotOccurDoesNotMatter() {
        List<String> columns = List.of("a", "B", "note", "kind");

        assertThat(parse("-- key: a\n-- reads t: a\nselect a, sum(b) as `Kind` from t where 'note' = '' group by a -- note")
                .columnsUsed(columns)).containsExactly("a", "B", "kind");
        assertThat(parse("-- key: a\n-- reads t: a\nselect t.* from t").columnsUsed(columns)).containsExactlyElementsOf(columns);
    }

    @Test
    void eachModelComesAfterThoseThatItReads() {
        List<String> faults = new ArrayList<>();

        assertThat(Model.inOrder(List.of(reading("a", "d"), reading("b", "a"), reading("c", "t"), reading("d", "c")), faults))
                .extracting(Model::name).containsExactly("c", "d", "a", "b");
        assertThat(faults).isEmpty();
    }

    @Test
    void modelsThatReadEachOtherAreNamedAndLeftOut() {
        List<String> faults = new ArrayList<>();

        assertThat(Model.inOrder(List.of(reading("a", "b"), reading("b", "a"), reading("c", "t"), reading("e", "e")), faults))
                .extracting(Model::name).containsExactly("c");
        assertThat(faults).containsExactly(
                "a.sql:3: a reads b, which reads a itself or another model of that circle [a, b, e]; a model can only "
                        + "read what is ready before it",
                "b.sql:3: b reads a, which reads b itself or another model of that circle [a, b, e]; a model can only "
                        + "read what is ready before it",
                "e.sql:3: e reads e, which reads e itself or another model of that circle [a, b, e]; a model can only "
                        + "read what is ready before it");
    }

    private static Model reading(String name, String table) {
        Model.Parsed parsed = Model.parse(name, name + ".sql", "-- about it\n-- key: a\n-- reads " + table + ": a\nselect a from " + table);
        assertThat(parsed.faults()).isEmpty();
        return parsed.model();
    }

    private static Model parse(String text) {
        Model.Parsed parsed = Model.parse("sale", FILE, text);
        assertThat(parsed.faults()).isEmpty();
        return parsed.model();
    }
}
