package io.bactrian.models;

import static io.bactrian.models.Shop.row;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.engines.KeptModels;
import io.bactrian.application.Health;
import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Partition;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.engines.KeptModels.Checked;
import io.bactrian.engines.sql.models.Models;
import io.bactrian.testing.Given;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The models on a real MySQL, under batches made up here. */
class ModelsIT {

    private static final Map<String, TableSchema> TABLES = new HashMap<>(Shop.TABLES);

    static {
        TABLES.put("notes", Given.schema("note_id int64, text string(50) null", "note_id"));
        TABLES.put("keyed", Given.schema("t string(20), b bytes(4), d date, m datetime(6), x decimal(10,2), u uint64, v int32", "t", "b",
                "d", "m", "x", "u"));
        TABLES.put("later", Given.schema("later_id int64", "later_id"));
    }

    private static final String NUMBERS = """
            -- The notes that are numbers.
            -- key: note_id
            -- reads notes: note_id
            select n.note_id, cast(n.text as decimal(5,1)) * 2 as twice from notes n where true /* keys: n.note_id */
            """;

    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<AutoCloseable> others = new ArrayList<>();
    private WarehouseRun run;

    @BeforeEach
    void open() {
        run = new WarehouseRun(Servers.shared(), TABLES);
    }

    @AfterEach
    void close() throws Exception {
        threads.shutdownNow();
        for (AutoCloseable other : others) {
            other.close();
        }
        run.close();
    }

    private void shop() throws Exception {
        run.model("fact_sale", Shop.FACT).model("sales_by_day", Shop.BY_DAY).model("stock", Shop.STOCK);
        run.apply(0, order(1, "2026-11-01", "new"), item(1, 1, 10, 2, "5.00"), item(1, 2, 11, 1, "7.50"), book(10, "crime", 5));
        assertThat(run.models.step()).isTrue();
    }

    private Change order(long id, String day, String status) {
        return run.insert("orders", id, day, status, null);
    }

    private Change item(long order, long line, Object book, long copies, String price) {
        return run.insert("items", order, line, book instanceof Integer number ? (Object) (long) number : book, copies,
                new BigDecimal(price));
    }

    private Change book(long id, String category, long stock) {
        return run.insert("books", id, category, stock);
    }

    private void assertEqualAndWell() {
        assertThat(run.differences()).isEmpty();
        assertThat(run.models.troubles()).isEmpty();
        assertThat(run.models.fresh()).isTrue();
        assertThat(health(run.health).up()).isTrue();
    }

    private static Health.State health(Health health) {
        return health.parts().get("models of main");
    }

    private Path file(String model) {
        return run.folder.resolve(model + ".sql");
    }

    /** Looks until there is no trouble; what was refused is not tried again at once. */
    private void untilWell() {
        await().atMost(Duration.ofSeconds(40)).pollInterval(Duration.ofMillis(200)).until(() -> run.models.step() && run.models.fresh());
    }

    // What is refreshed

    @Test
    void isMadeOfTheRowsThatAreThere() throws Exception {
        shop();

        assertThat(run.table("fact_sale")).containsExactly("1|1|2026-11-01|crime|2|10.00", "1|2|2026-11-01|none|1|7.50");
        assertThat(run.table("sales_by_day")).containsExactly("2026-11-01|crime|2|10.00|1", "2026-11-01|none|1|7.50|1");
        assertThat(run.table("stock")).containsExactly("10|5|2");
        assertThat(run.rows(
                "select index_name, column_name from information_schema.statistics where table_schema='NAME' and "
                        + "table_name='fact_sale' order by 1, seq_in_index"))
                .containsExactly("by_day_category|day", "by_day_category|category", "PRIMARY|order_id", "PRIMARY|line");
        assertThat(run.rows(
                "select index_name from information_schema.statistics where table_schema='NAME' and "
                        + "table_name='items' and index_name like 'by%'"))
                .containsExactly("by_book_id");
        assertEqualAndWell();
    }

    @Test
    void whoseTablesComeLaterIsMadeThen() throws Exception {
        run.model("fact_sale", Shop.FACT);
        assertThat(run.models.step()).isTrue();
        assertThat(run.models.fresh()).isFalse();
        assertThat(run.models.list()).extracting(KeptModels.Listed::trouble).containsExactly("not made yet");

        run.apply(0, order(1, "2026-11-01", "new"), item(1, 1, 10, 2, "5.00"), book(10, "crime", 5));
        assertThat(run.models.step()).isTrue();
        assertThat(run.table("fact_sale")).containsExactly("1|1|2026-11-01|crime|2|10.00");
        assertEqualAndWell();
    }

    @Test
    void aRowThatMovesFromOneDayToAnotherRefreshesBoth() throws Exception {
        shop();
        run.apply(0, run.update("orders", row(1L, "2026-11-01", "new", null), row(1L, "2026-11-02", "new", null)));

        assertThat(run.table("sales_by_day")).containsExactly("2026-11-02|crime|2|10.00|1", "2026-11-02|none|1|7.50|1");
        assertEqualAndWell();
    }

    @Test
    void aRowThatComesBeforeItsParentEndsRight() throws Exception {
        shop();
        run.apply(0, item(2, 1, 12, 3, "1.00"));
        assertThat(run.table("fact_sale")).hasSize(2);
        run.apply(1, order(2, "2026-11-03", "paid"));
        assertThat(run.table("fact_sale")).contains("2|1|2026-11-03|none|3|3.00");
        run.apply(1, book(12, "poetry", 9));

        assertThat(run.table("fact_sale")).contains("2|1|2026-11-03|poetry|3|3.00");
        assertThat(run.table("sales_by_day")).contains("2026-11-03|poetry|3|3.00|1").doesNotContain("2026-11-03|none|3|3.00|1");
        assertThat(run.table("stock")).contains("12|9|3");
        assertEqualAndWell();
    }

    @Test
    void aColumnThatNoModelUsesTouchesNothing() throws Exception {
        shop();
        run.sql("update sales_by_day set copies = 99");
        run.apply(0, run.update("orders", row(1L, "2026-11-01", "new", null), row(1L, "2026-11-01", "new", "a note")));

        assertThat(run.table("sales_by_day")).allMatch(row -> row.contains("|99|"));
    }

    @Test
    void aNullInATouchedKeyTouchesNothing() throws Exception {
        shop();
        run.apply(0, order(3, null, "new"), item(3, 1, null, 1, "1.00"),
                run.update("items", row(1L, 2L, 11L, 1L, new BigDecimal("7.50")), row(1L, 2L, null, 1L, new BigDecimal("7.50"))));

        assertThat(run.table("fact_sale")).contains("3|1|null|none|1|1.00");
        assertThat(run.table("sales_by_day")).noneMatch(row -> row.startsWith("null"));
        assertEqualAndWell();
    }

    @Test
    void rowsOfTheSelectWithANullInTheKeyAreNotInTheModel() throws Exception {
        run.apply(0, order(1, "2026-11-01", "new"), order(2, null, "new"));
        run.model("orders_by_day",
                "-- key: day\n-- reads orders: day\nselect day, count(*) as orders from orders where true /* keys: day */ group by day\n");
        assertThat(run.models.step()).isTrue();
        run.apply(0, order(3, null, "new"), order(4, "2026-11-01", "new"));

        assertThat(run.rows("select * from NAME.orders_by_day")).containsExactly("2026-11-01|2");
        assertEqualAndWell();
    }

    @Test
    void aTruncatedTableEmptiesWhatReadsIt() throws Exception {
        shop();
        run.apply(0, run.truncate("items"), item(7, 1, 10, 1, "1.00"));

        assertThat(run.table("fact_sale")).isEmpty();
        assertThat(run.table("sales_by_day")).isEmpty();
        assertThat(run.table("stock")).containsExactly("10|5|1");
        assertEqualAndWell();
    }

    @Test
    void keysOfEveryKindAreFoundAgain() throws Exception {
        TableSchema schema = TABLES.get("keyed");
        List<Object[]> rows = new ArrayList<>();
        for (String text : List.of("", " ", "a", "A", "a ", "á", "ａ", "🐪", "it's", "\\", "%", "?")) {
            rows.add(row(text, new byte[]{0, (byte) 0xff, '\'', '\\'}, "2026-03-29", "2026-03-29T02:30:00.000001", new BigDecimal("-0.10"),
                    9_007_199_254_740_993L, 1L));
        }
        rows.add(row("u", new byte[]{}, "1000-01-01", "1000-01-01T00:00:00", new BigDecimal("99999999.99"),
                new BigInteger("18446744073709551615"), 1L));
        rows.add(row("u", new byte[]{0}, "9999-12-31", "9999-12-31T23:59:59.999999", new BigDecimal("99999999.99"),
                new BigInteger("18446744073709551614"), 1L));
        rows.add(row("u", new byte[]{0}, "2026-09-27", "2026-09-27T02:30:00", new BigDecimal("0.00"), 9_007_199_254_740_992L, 1L));
        run.apply(0, rows.stream().map(values -> run.insert("keyed", values.clone())).toList());
        for (String column : List.of("t", "b", "d", "m", "x", "u")) {
            run.model("by_" + column,
                    "-- key: " + column + "\n-- reads keyed: " + column + "\nselect k." + column
                            + ", sum(k.v) as v, count(*) as n from keyed k where true /* keys: k."
                            + column + " */ group by k." + column + "\n");
        }
        run.model("whole",
                "-- key: t, b, d, m, x, u\n-- reads keyed: t, b, d, m, x, u\nselect k.t, k.b, k.d, k.m, k.x, k.u, k.v "
                        + "from keyed k where true /* keys: k.t, k.b, k.d, k.m, k.x, k.u */\n");
        assertThat(run.models.step()).as(() -> run.models.troubles().toString()).isTrue();

        for (int i = 0; i < rows.size(); i++) {
            Object[] after = rows.get(i).clone();
            after[6] = 10L + i;
            run.apply(0, run.update("keyed", rows.get(i).clone(), after));
            assertThat(run.differences()).as("row %s", List.of(rows.get(i))).isEmpty();
        }
        run.apply(0, rows.stream().map(values -> run.delete("keyed", values.clone())).toList());
        for (String model : List.of("by_t", "by_b", "by_d", "by_m", "by_x", "by_u", "whole")) {
            assertThat(run.rows("select count(*) from NAME." + model)).as(model).containsExactly("0");
        }
        assertThat(schema.size()).isEqualTo(7);
        assertEqualAndWell();
    }

    @Test
    void moreKeysThanOneStatementTakesAreRefreshed() throws Exception {
        shop();
        run.apply(0, IntStream.range(0, 1_300).mapToObj(i -> item(5_000 + i, 1, i % 700, 1, "1.00")).toList());
        run.apply(0, IntStream.range(0, 1_300).mapToObj(i -> order(5_000 + i, "2026-11-" + (10 + i % 20), "new")).toList());

        assertThat(run.table("fact_sale")).hasSize(1_302);
        assertEqualAndWell();
    }

    @Test
    void aTableThatKeepsEveryChangeIsAnInput() throws Exception {
        TableSchema schema = TABLES.get("notes");
        Target target = new Target("history", Mode.APPEND, List.of(), false);
        run.write(appended(target, schema, 1, Row.Meaning.WRITE), appended(target, schema, 2, Row.Meaning.WRITE));
        run.model("history_by_note",
                "-- key: note_id\n-- reads history: note_id\nselect note_id, count(*) as changes from history where "
                        + "true /* keys: note_id */ group by note_id\n");
        assertThat(run.models.step()).isTrue();
        run.write(appended(target, schema, 12, Row.Meaning.WRITE), appended(target, schema, 13, Row.Meaning.WRITE));

        assertThat(run.rows("select * from NAME.history_by_note order by 1")).containsExactly("1|1", "2|2", "3|1");
        assertEqualAndWell();
    }

    /** The tens are the change's own number, the ones the note's. */
    private Row appended(Target target, TableSchema schema, long number, Row.Meaning meaning) {
        Image image = new Image(schema, new Object[]{number % 10, "note " + number});
        return new Row(target, meaning, image,
                new Change("shop", "notes", meaning == Row.Meaning.DELETE ? Operation.DELETE : Operation.INSERT,
                        meaning == Row.Meaning.DELETE ? image : null, meaning == Row.Meaning.DELETE ? null : image,
                        new Position("history", 0, number), "", Given.COMMITTED, false),
                "r");
    }

    /**
     * Between its two looks at the sum each transaction sees what the other has committed: the difference may come out
     * as none.
     */
    @Test
    void aSumThatTwoPumpsChangeAtTheSameTimeIsFreshAfterBoth() throws Exception {
        run.write(added(0, 1, 10));
        run.write(added(1, 1, 5));
        run.model("doubled", "-- key: k\n-- reads sums: k\nselect s.k, s.n * 2 as n from sums s where true /* keys: s.k */\n");
        assertThat(run.models.step()).isTrue();
        SqlWarehouse warehouse = run.warehouse;
        try (SqlTransaction slow = warehouse.begin("run")) {
            slow.lock(List.of(new Partition("sums", 0)));
            assertThat(slow.write(List.of(added(0, 2, 1)))).isEmpty();
            run.write(added(1, 2, -1));
            slow.refresh();
            slow.commit();
        }

        assertThat(run.rows("select * from NAME.sums")).containsExactly("1|15");
        assertThat(run.rows("select * from NAME.doubled")).containsExactly("1|30");
        assertEqualAndWell();
    }

    private static Row added(int partition, long offset, long number) {
        Image image = new Image(Given.schema("k int64, n int64", "k"), new Object[]{1L, number});
        return new Row(new Target("sums", Mode.ADD, List.of("k"), false), Row.Meaning.WRITE, image,
                new Change("shop", "sums", Operation.INSERT, null, image, new Position("sums", partition, offset), "", Given.COMMITTED,
                        false),
                "r");
    }

    @Test
    void aMirrorWithoutAKeyIsAnInput() throws Exception {
        TableSchema schema = TABLES.get("notes");
        Target target = new Target("bag", Mode.MIRROR, List.of(), false);
        run.write(appended(target, schema, 1, Row.Meaning.WRITE), appended(target, schema, 1, Row.Meaning.WRITE),
                appended(target, schema, 2, Row.Meaning.WRITE));
        run.model("bag_by_note",
                "-- key: note_id\n-- reads bag: note_id\nselect note_id, count(*) as notes from bag where true /* "
                        + "keys: note_id */ group by note_id\n");
        assertThat(run.models.step()).isTrue();
        run.write(appended(target, schema, 2, Row.Meaning.WRITE), appended(target, schema, 1, Row.Meaning.DELETE),
                appended(target, schema, 3, Row.Meaning.WRITE));

        assertThat(run.rows("select * from NAME.bag_by_note order by 1")).containsExactly("1|1", "2|2", "3|1");
        run.write(appended(target, schema, 1, Row.Meaning.DELETE));
        assertThat(run.rows("select * from NAME.bag_by_note order by 1")).containsExactly("2|2", "3|1");
        assertEqualAndWell();
    }

    // What it costs

    @Test
    void aBatchCostsByTheKeysThatItTouchesAndNotByTheTablesSize() throws Exception {
        Map<String, Long> small = costOfOneItem(1_000);
        run.close();
        run = new WarehouseRun(Servers.shared(), TABLES);
        Map<String, Long> large = costOfOneItem(50_000);

        assertThat(large.get("statements")).isEqualTo(small.get("statements")).isLessThan(60L);
        assertThat(large.get("rows")).as("rows read, with %s for the small table", small).isLessThan(small.get("rows") + 100);
    }

    /** Ten orders a day, ten items a book: only the number of days and books grows. */
    private Map<String, Long> costOfOneItem(int size) throws Exception {
        run.apply(0, order(1_000_000, "2026-11-01", "new"), item(1_000_000, 1, 1_000_000, 1, "1.00"), book(1_000_000, "crime", 5));
        String numbers = "with recursive n (n) as (select 1 union all select n + 1 from n where n < " + size + ") select ";
        run.sql("set cte_max_recursion_depth = 100000",
                "insert into orders (order_id, day, status, bactrian_log, bactrian_offset) " + numbers
                        + "n, date_add('2020-01-01', interval n div 10 day), 'new', 1, n from n",
                "insert into items (order_id, line, book_id, copies, price, bactrian_log, bactrian_offset) "
                        + numbers + "n, 1, n div 10, 1, 2.50, 1, n from n",
                "insert into books (book_id, category, stock, bactrian_log, bactrian_offset) " + numbers
                        + "n, 'crime', 5, 1, n from n");
        TableSchema schema = TABLES.get("notes");
        Target history = new Target("history", Mode.APPEND, List.of(), false);
        run.write(appended(history, schema, 1, Row.Meaning.WRITE));
        run.sql("set cte_max_recursion_depth = 100000",
                "insert into history (note_id, bactrian_operation, bactrian_committed_at, bactrian_log, bactrian_offset) " + numbers
                        + "n + 10, 'insert', now(), 1, n + 1000 from n");
        run.model("fact_sale", Shop.FACT).model("sales_by_day", Shop.BY_DAY).model("stock", Shop.STOCK)
                .model("latest_note", "-- key: note_id\n-- reads history: note_id\n-- index on history: note_id\n"
                        + "select note_id, count(*) as changes from history where true /* keys: note_id */ group by note_id\n");
        assertThat(run.models.step()).as(() -> run.models.troubles().toString()).isTrue();
        assertThat(run.rows("select count(*) from NAME.fact_sale")).containsExactly(String.valueOf(size + 1));
        run.sql("analyze table orders, items, books, history, fact_sale, sales_by_day, stock, latest_note");
        // The first batch learns what the tables look like.
        run.apply(0, item(500, 2, 50, 1, "1.00"));
        run.write(appended(history, schema, 12, Row.Meaning.WRITE));
        Map<String, Long> before = status();
        run.apply(0, item(500, 3, 50, 1, "1.00"));
        run.write(appended(history, schema, 22, Row.Meaning.WRITE));
        Map<String, Long> after = status();
        after.replaceAll((name, value) -> value - before.get(name));
        assertEqualAndWell();
        return after;
    }

    private Map<String, Long> status() {
        return new HashMap<>(Map.of("rows", sum("Handler_read%"), "statements",
                sum("Com_select") + sum("Com_insert%") + sum("Com_delete") + sum("Com_update")));
    }

    private long sum(String like) {
        return run.rows("show global status like '" + like + "'").stream()
                .mapToLong(row -> Long.parseLong(row.substring(row.indexOf('|') + 1))).sum();
    }

    // Edits

    @Test
    void anEditedModelIsMadeAnewBesideTheOldOneWhileReadersAndBatchesGoOn() throws Exception {
        shop();
        run.models.start();
        AtomicBoolean stop = new AtomicBoolean();
        List<Future<?>> running = new ArrayList<>();
        for (int pump = 0; pump < 2; pump++) {
            int own = pump;
            running.add(threads.submit(() -> {
                for (long i = 0; !stop.get(); i++) {
                    long order = 100 + i * 2 + own;
                    run.apply(own, order(order, "2026-11-0" + (1 + i % 9), "new"), item(order, 1, 10, 1, "1.00"),
                            item(order, 2, (int) (i % 20), 1, "1.00"));
                }
            }));
        }
        Callable<Long> reading = () -> {
            long least = Long.MAX_VALUE;
            try (Connection connection = Servers.connect(run.servers.warehouse, run.name);
                    Statement statement = connection.createStatement()) {
                while (!stop.get()) {
                    for (String model : List.of("fact_sale", "sales_by_day")) {
                        try (var rows = statement.executeQuery("select count(*) from " + model)) {
                            rows.next();
                            least = Math.min(least, rows.getLong(1));
                        }
                    }
                }
            }
            return least;
        };
        Future<Long> reader = threads.submit(reading);
        for (int edit = 1; edit <= 4; edit++) {
            String extra = "now_" + edit;
            run.model("fact_sale", Shop.FACT.replace("as amount", "as amount, " + edit + " as " + extra));
            await().atMost(Duration.ofSeconds(60)).until(() -> !run
                    .rows("select 1 from information_schema.columns where table_schema='NAME' and table_name='fact_sale' and column_name='"
                            + extra + "'")
                    .isEmpty() && run.models.fresh());
        }
        stop.set(true);
        assertThat(reader.get()).isGreaterThanOrEqualTo(2L);
        for (Future<?> one : running) {
            one.get();
        }
        assertEqualAndWell();
        assertThat(run.rows("select table_name from information_schema.tables where table_schema='NAME' and table_name like '%\\_\\_%'"))
                .isEmpty();
    }

    @Test
    void whatReadsAnEditedModelIsMadeAnewToo() throws Exception {
        shop();
        run.model("fact_sale", Shop.FACT.replace("i.copies * i.price", "i.copies * i.price * 2"));
        assertThat(run.models.step()).isTrue();

        assertThat(run.table("sales_by_day")).containsExactly("2026-11-01|crime|2|20.00|1", "2026-11-01|none|1|15.00|1");
        assertEqualAndWell();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '#', ignoreLeadingAndTrailingWhitespace = true, value = {
        "select i.order_id, # selct i.order_id, # 9: expected one SELECT after the comments",
        "coalesce(b.category, 'none') as category, # coalesce(b.category 'none') as category, # 9: You have an error in your SQL syntax",
        "i.copies * i.price as amount # i.copies * i.prise as amount # 9: Unknown column 'i.prise'",
        "left join books b # left join boks b # 12: reads boks, and no '-- reads boks:' says which keys a changed row of it touches",
        "-- index: day, category # -- index: day, kategory # 1: the key or an index names the column kategory, which "
                + "the SELECT does not give",
        "-- reads items: order_id, line # -- reads items: order_id, lines # 4: 'reads items' names the column lines, which it has not",
        "select order_id, line from items where order_id in # select order_id, lin from items where order_id in # 5: "
                + "the query for the touched keys: Unknown column 'lin'",
        "select order_id, line from items where order_id in # select order_id from items where order_id in # 5: the "
                + "query for the touched keys gives 1 columns, the key has 2 [order_id, line]; expected one for each, in that order",
        "-- index on items: book_id # -- index on items: bookid # 1: Key column 'bookid' doesn't exist in table",
        "coalesce(b.category, 'none') as category # sales_by_day.category as category # 9: Unknown column 'sales_by_day.category'",
    })
    void aWrongEditIsSaidWithItsLineAndTheOldModelIsRefreshedOn(String right, String wrong, String trouble) throws Exception {
        shop();
        run.model("fact_sale", Shop.FACT.replace(right, wrong));
        assertThat(run.models.step()).isFalse();
        assertThat(run.models.troubles().values()).anySatisfy(said -> assertThat(said).startsWith(file("fact_sale") + ":" + trouble));
        assertThat(health(run.health).up()).isFalse();
        assertThat(health(run.health).reason()).contains(run.models.troubles().values());

        run.apply(0, order(2, "2026-11-02", "new"), item(2, 1, 10, 1, "3.00"));
        assertThat(run.table("fact_sale")).contains("2|1|2026-11-02|crime|1|3.00");
        assertThat(run.table("sales_by_day")).contains("2026-11-02|crime|1|3.00|1");
        assertThat(run.differences()).isEmpty();

        run.model("fact_sale", Shop.FACT + "\n");
        assertThat(run.models.step()).isTrue();
        assertEqualAndWell();
    }

    @Test
    void modelsThatReadEachOtherAreRefusedAndTheOldOnesRefreshedOn() throws Exception {
        shop();
        run.model("fact_sale",
                Shop.FACT
                        .replace("-- reads items",
                                "-- reads sales_by_day: select order_id, line from items where order_id in (:copies)\n-- reads items")
                        .replace("where o.status", "join sales_by_day s on s.day = o.day where o.status"));
        assertThat(run.models.step()).isFalse();
        assertThat(run.models.troubles().values())
                .anyMatch(said -> said.startsWith(file("fact_sale") + ":4: fact_sale reads sales_by_day, which reads fact_sale itself"));
        run.apply(0, order(2, "2026-11-02", "new"), item(2, 1, 10, 1, "3.00"));
        assertThat(run.table("sales_by_day")).contains("2026-11-02|crime|1|3.00|1");
        assertThat(run.differences()).isEmpty();
    }

    /**
     * The files show no circle: one of the edits is wrong, so that its old definition stays beside the other's new one.
     */
    @Test
    void anEditThatWouldMakeACircleWithAModelThatIsStillTheOldOneIsRefused() throws Exception {
        run.apply(0, book(1, "crime", 5));
        run.model("a", "-- key: book_id\n-- reads books: book_id\nselect book_id, stock from books where true /* keys: book_id */\n");
        run.model("b", "-- key: book_id\n-- reads a: book_id\nselect book_id, stock from a where true /* keys: book_id */\n");
        assertThat(run.models.step()).isTrue();
        run.model("a", "-- key: book_id\n-- reads b: book_id\nselect book_id, stock from b where true /* keys: book_id */\n");
        run.model("b",
                "-- key: book_id\n-- reads books: book_id\nselect book_id, stocks as stock from books where true /* keys: book_id */\n");
        assertThat(run.models.step()).isFalse();
        run.apply(0, book(2, "crime", 6));

        assertThat(run.rows("select * from NAME.b order by 1")).containsExactly("1|5", "2|6");
        assertThat(run.differences()).isEmpty();
        assertThat(run.models.troubles().get("a"))
                .startsWith(file("a") + ":2: a reads b, which reads a itself or another model of that circle [a, b]");
        assertThat(run.models.troubles().get("b")).startsWith(file("b") + ":3: Unknown column 'stocks'");
    }

    @Test
    void aFileThatIsGoneRetiresItsModelAndTheTableStays() throws Exception {
        shop();
        run.model("stock", null);
        assertThat(run.models.step()).isTrue();
        run.apply(0, book(20, "crime", 1));

        assertThat(run.table("stock")).containsExactly("10|5|2");
        assertThat(run.models.check(null)).extracting(Checked::name).containsExactly("fact_sale", "sales_by_day");
        assertEqualAndWell();
    }

    @Test
    void aFileThatComesBackBringsItsModelBack() throws Exception {
        shop();
        run.model("stock", null);
        assertThat(run.models.step()).isTrue();
        run.apply(0, book(20, "crime", 1));
        run.model("stock", Shop.STOCK);
        assertThat(run.models.step()).as(() -> run.models.troubles().toString()).isTrue();

        assertThat(run.table("stock")).containsExactly("10|5|2", "20|1|0");
        assertEqualAndWell();
    }

    @Test
    void aFolderThatIsGoneIsATroubleAndRetiresNothing() throws Exception {
        shop();
        Path away = run.folder.resolveSibling("away");
        Files.move(run.folder, away);
        assertThat(run.models.step()).isFalse();
        assertThat(run.models.troubles().values())
                .containsExactly("the models' folder " + run.folder + " is not there; the models stay as they are");
        assertThat(run.models.faults()).containsExactlyElementsOf(run.models.troubles().values());
        run.apply(0, book(20, "crime", 1));
        assertThat(run.table("stock")).containsExactly("10|5|2", "20|1|0");

        Files.move(away, run.folder);
        assertThat(run.models.step()).isTrue();
        assertEqualAndWell();
    }

    @Test
    void aTableThatNoModelMadeStaysAsItIs() throws Exception {
        run.apply(0, book(1, "crime", 5));
        run.sql("create table mine (a int)", "insert into mine values (7)");
        run.model("mine", "-- key: book_id\n-- reads books: book_id\nselect book_id from books\n");
        assertThat(run.models.step()).isFalse();

        assertThat(run.models.troubles()).containsEntry("mine",
                file("mine") + ":1: the warehouse has a table mine that no model has made, and it stays as it is. "
                        + "Rename or drop it, or name the model's file otherwise");
        assertThat(run.rows("select * from NAME.mine")).containsExactly("7");
        run.sql("drop table mine");
        untilWell();
        assertThat(run.rows("select * from NAME.mine")).containsExactly("1");
    }

    @Test
    void aSelectThatGivesAKeyTwiceIsRefused() throws Exception {
        run.apply(0, order(1, "2026-11-01", "new"), order(2, "2026-11-01", "new"));
        run.model("days", "-- key: day\n-- reads orders: day\nselect day from orders where true /* keys: day */\n");
        assertThat(run.models.step()).isFalse();

        assertThat(run.models.troubles().get("days")).startsWith(file("days") + ":1: Duplicate entry '2026-11-01' for key");
    }

    // What goes wrong later

    @Test
    void aModelThatAValueDoesNotFitIsSuspendedAndComesBackWhenTheRowIsMended() throws Exception {
        run.model("numbers", NUMBERS);
        run.apply(0, run.insert("notes", 1L, "1.5"));
        assertThat(run.models.step()).isTrue();
        run.apply(0, run.insert("notes", 2L, "no number"), order(1, "2026-11-01", "new"));

        // Were there a pause between two tries, the model would be made anew in it, without the row, and stop the next
        // try as well.
        assertThat(run.tries).isEqualTo(1);
        assertThat(run.rows("select note_id from NAME.notes order by 1")).containsExactly("1", "2");
        assertThat(run.deadLetters.letters).isEmpty();
        assertThat(run.models.fresh()).isFalse();
        assertThat(run.models.step()).isFalse();
        assertThat(run.models.troubles().get("numbers")).startsWith(file("numbers") + ":").contains("Incorrect DECIMAL value");
        assertThat(health(run.health).reason()).contains("Incorrect DECIMAL value");
        run.apply(0, run.insert("notes", 3L, "2.5"));
        assertThat(run.rows("select * from NAME.numbers")).containsExactly("1|3.0");

        run.apply(0, run.update("notes", row(2L, "no number"), row(2L, "7")));
        untilWell();
        assertThat(run.rows("select * from NAME.numbers order by 1")).containsExactly("1|3.0", "2|14.0", "3|5.0");
        assertEqualAndWell();
    }

    /** Faults that MySQL files under states of their own. */
    @ParameterizedTest
    @ValueSource(strings = {"n.text + (select m.note_id from notes m where m.text = n.text)", "regexp_like('a', n.text)"})
    void whateverMySqlRefusesOfASelectStopsNoBatch(String expression) throws Exception {
        run.model("odd", "-- key: note_id\n-- reads notes: note_id\nselect n.note_id, " + expression
                + " as odd from notes n where true /* keys: n.note_id */\n");
        run.apply(0, run.insert("notes", 1L, "1"));
        assertThat(run.models.step()).isTrue();
        run.apply(0, run.insert("notes", 2L, "(1"), run.insert("notes", 3L, "1"));

        assertThat(run.rows("select note_id from NAME.notes order by 1")).containsExactly("1", "2", "3");
        assertThat(run.models.fresh()).isFalse();
    }

    @Test
    void aColumnThatAnInputGainsStopsNoBatchAndComesIntoAModelThatTakesAll() throws Exception {
        run.model("all_notes",
                "-- key: note_id\n-- reads notes: note_id\n-- reads books: select note_id from notes where note_id in (:book_id)\n"
                        + "select n.note_id, n.text, b.* from notes n left join books b on b.book_id = n.note_id "
                        + "where true /* keys: n.note_id */\n");
        run.apply(0, run.insert("notes", 1L, "one"), book(1, "crime", 5));
        run.sql("alter table books drop column bactrian_log, add column bactrian_log int unsigned not null default 0");
        assertThat(run.models.step()).as(() -> run.models.troubles().toString()).isTrue();
        run.sql("alter table books add column shelf int null");
        run.apply(0, run.insert("notes", 2L, "two"));

        untilWell();
        assertThat(run.rows("select note_id from NAME.all_notes order by 1")).containsExactly("1", "2");
        assertEqualAndWell();
    }

    @ParameterizedTest
    @ValueSource(strings = {"alter table books drop column category", "alter table books rename column category to kind"})
    void aModelWhoseColumnIsGoneIsSuspendedAndTheOthersAreRefreshedOn(String change) throws Exception {
        shop();
        run.sql(change);
        run.apply(0, run.insert("items", 1L, 3L, 10L, 4L, new BigDecimal("1.00")));
        assertThat(run.models.step()).isFalse();

        assertThat(run.models.troubles().get("fact_sale")).startsWith(file("fact_sale") + ":").contains("Unknown column 'b.category'");
        assertThat(run.table("stock")).containsExactly("10|5|6");
        assertThat(run.rows("select sum(copies) from NAME.fact_sale")).containsExactly("3");

        run.sql(change.contains("drop")
                ? "alter table books add column category varchar(20)"
                : "alter table books rename column kind to category");
        untilWell();
        assertEqualAndWell();
    }

    @Test
    void aModelsTableThatSomebodyDropsIsMadeAnew() throws Exception {
        shop();
        run.sql("drop table fact_sale");
        run.apply(0, order(2, "2026-11-02", "new"), item(2, 1, 10, 1, "3.00"));
        untilWell();

        assertThat(run.table("fact_sale")).hasSize(3);
        assertThat(run.table("sales_by_day")).contains("2026-11-02|crime|1|3.00|1");
        assertEqualAndWell();
    }

    @Test
    void aModelWhoseInputIsGoneIsNotCalledFresh() throws Exception {
        shop();
        run.sql("drop table books");
        run.apply(0, order(2, "2026-11-02", "new"), item(2, 1, 10, 1, "3.00"));
        assertThat(run.models.step()).isFalse();

        assertThat(run.models.troubles().get("fact_sale")).contains("there is no table books any more");
        assertThat(health(run.health).up()).isFalse();
        run.apply(0, book(10, "crime", 5));
        untilWell();
        assertEqualAndWell();
    }

    // Making that is disturbed

    private static final String SLOW = Shop.STOCK.replace("b.stock,", "b.stock, get_lock('gate', 60) + release_lock('gate') as passed,");

    private Connection closedGate() throws Exception {
        Connection gate = Servers.connect(run.servers.warehouse, run.name);
        others.add(gate);
        try (Statement statement = gate.createStatement()) {
            statement.executeQuery("select get_lock('gate', 0)").close();
        }
        return gate;
    }

    private static String slow(String gate) {
        return SLOW.replace("'gate'", "'" + gate + "'");
    }

    private void awaitFilling() {
        await().atMost(Duration.ofSeconds(30))
                .until(() -> !run.rows("select 1 from information_schema.processlist where db='NAME' and state='User lock'").isEmpty());
    }

    @Test
    void keysThatAreTouchedWhileItIsMadeAreMadeAgain() throws Exception {
        shop();
        Connection gate = closedGate();
        run.model("stock", SLOW);
        Future<Boolean> step = threads.submit(() -> run.models.step());
        awaitFilling();
        run.apply(0, item(9, 1, 10, 7, "1.00"), book(11, "poetry", 1), book(12, "poetry", 2));
        run.apply(0, run.delete("books", 12L, "poetry", 2L));
        assertThat(run.table("stock")).as("the old one is refreshed on").containsExactly("10|5|9", "11|1|1");
        gate.close();
        assertThat(step.get()).isTrue();

        assertThat(run.rows("select book_id, stock, sold from NAME.stock order by 1")).containsExactly("10|5|9", "11|1|1");
        assertEqualAndWell();
    }

    @Test
    void whenEverythingIsTouchedWhileItIsMadeAllIsMadeAgain() throws Exception {
        shop();
        Connection gate = closedGate();
        run.model("stock", SLOW);
        Future<Boolean> step = threads.submit(() -> run.models.step());
        awaitFilling();
        run.apply(0, run.truncate("books"), book(30, "poetry", 1));
        gate.close();
        assertThat(step.get()).isTrue();

        assertThat(run.rows("select book_id, stock, sold from NAME.stock order by 1")).containsExactly("30|1|0");
        assertEqualAndWell();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsBrokenOffIsBegunAnewByAnother(boolean byClosing) throws Exception {
        shop();
        Connection gate = closedGate();
        run.model("stock", SLOW);
        Future<Boolean> step = threads.submit(() -> run.models.step());
        awaitFilling();
        if (byClosing) {
            run.models.close();
        } else {
            run.rows("select id from information_schema.processlist where db='NAME' and state='User lock'")
                    .forEach(id -> run.sql("kill " + id));
        }
        assertThat(step).failsWithin(Duration.ofSeconds(20));
        run.apply(0, book(40, "poetry", 1));
        assertThat(run.table("stock")).containsExactly("10|5|2", "40|1|0");
        gate.close();

        SqlWarehouse warehouse = run.another();
        others.add(warehouse);
        Health health = new Health();
        Models other = run.models(warehouse, run.folder, health, Clock.systemUTC());
        assertThat(other.step()).isTrue();
        assertThat(other.fresh()).isTrue();
        assertThat(health(health).up()).isTrue();
        run.apply(0, book(41, "poetry", 1));
        assertThat(run.rows("select book_id, stock, sold from NAME.stock order by 1")).containsExactly("10|5|2", "40|1|0", "41|1|0");
        assertThat(run.differences()).isEmpty();
    }

    /**
     * The new table cannot take its place within 20 s: then the old one is as fresh as ever, and the next try may
     * succeed.
     */
    @Test
    void aReaderThatHoldsTheOldTableDelaysTheNewOneAndHarmsNothing() throws Exception {
        shop();
        Connection reader = Servers.connect(run.servers.warehouse, run.name);
        others.add(reader);
        reader.setAutoCommit(false);
        try (Statement statement = reader.createStatement()) {
            statement.executeQuery("select count(*) from stock").close();
        }
        run.model("stock", Shop.STOCK + "\n");
        assertThat(threads.submit(() -> run.models.step())).failsWithin(Duration.ofSeconds(50)).withThrowableThat()
                .withMessageContaining("Lock wait timeout exceeded");
        run.apply(0, book(50, "poetry", 1));
        assertThat(run.table("stock")).containsExactly("10|5|2", "50|1|0");
        reader.rollback();

        untilWell();
        assertEqualAndWell();
    }

    // More than one instance

    @Test
    void twoInstancesWithTheSameFilesDoNotFight() throws Exception {
        shop();
        SqlWarehouse warehouse = run.another();
        others.add(warehouse);
        Models other = run.models(warehouse, run.folder, new Health(), Clock.systemUTC());
        others.add(other);
        run.models.start();
        other.start();
        run.model("fact_sale", Shop.FACT.replace("as amount", "as amount, 1 as one"));
        await().atMost(Duration.ofSeconds(30))
                .until(() -> run.models.fresh() && run.models.troubles().isEmpty() && other.troubles().isEmpty());
        List<String> made = run.rows("select name, made_at from NAME.bactrian_models order by name");
        run.apply(0, order(2, "2026-11-02", "new"), item(2, 1, 10, 1, "3.00"));

        assertThat(other.step()).isTrue();
        assertThat(run.models.step()).isTrue();
        assertThat(run.rows("select name, made_at from NAME.bactrian_models order by name")).isEqualTo(made);
        assertEqualAndWell();
    }

    @Test
    void ofTwoInstancesWithDifferentFilesOneReportsItAndNothingFlips() throws Exception {
        shop();
        SqlWarehouse warehouse = run.another();
        others.add(warehouse);
        Path folder = Files.createDirectories(run.folder.resolveSibling("other"));
        for (String model : List.of("fact_sale", "sales_by_day")) {
            Files.copy(file(model), folder.resolve(model + ".sql"));
        }
        Files.writeString(folder.resolve("stock.sql"), Shop.STOCK.replace("b.stock,", "b.stock, 1 as one,"));
        Files.writeString(folder.resolve("added.sql"),
                "-- key: book_id\n-- reads books: book_id\nselect book_id from books where true /* keys: book_id */\n");
        Models other = run.models(warehouse, folder, new Health(), Clock.systemUTC());
        assertThat(other.step()).isTrue();
        for (int look = 0; look < 3; look++) {
            assertThat(run.models.step()).isFalse();
            assertThat(run.models.troubles()).containsExactlyEntriesOf(Map.of("stock", "stock is made by another file than " + file("stock")
                    + " now: another instance has another one. Give all instances the same files"));
            assertThat(other.step()).isTrue();
        }

        assertThat(run.table("stock")).containsExactly("10|5|1|2");
        assertThat(run.rows("select * from NAME.added")).containsExactly("10");
        run.apply(0, book(11, "crime", 3));
        assertThat(run.table("stock")).containsExactly("10|5|1|2", "11|3|1|1");
        assertThat(run.rows("select * from NAME.added")).containsExactly("10", "11");
    }

    // The calendar

    private static final String BY_EACH_DAY = """
            -- Orders of each day that has begun.
            -- key: day
            -- reads bactrian_calendar: day
            -- reads orders: day
            -- index on orders: day
            select c.day, count(o.order_id) as orders, sum(c.is_weekend) as weekend from bactrian_calendar c left join \
            orders o on o.day = c.day
            where c.begun = 1 and c.day >= '2026-02-27' /* keys: c.day */ group by c.day
            """;

    private Models on(String moment) {
        return run.models(run.warehouse, run.folder, run.health, Clock.fixed(Instant.parse(moment), ZoneOffset.ofHours(14)));
    }

    @Test
    void theCalendarHasEveryDayToTheEndOfNextYear() throws Exception {
        on("2026-02-27T23:59:59Z").step();

        assertThat(run.rows("select min(day), max(day), count(*), sum(begun) from NAME.bactrian_calendar"))
                .containsExactly("2026-01-01|2027-12-31|730|58");
        assertThat(run.rows("select * from NAME.bactrian_calendar where day in ('2026-01-01', '2027-01-03') order by day")).containsExactly(
                "2026-01-01|2026|1|1|January|1|4|Thursday|2026|1|0|1", "2027-01-03|2027|1|1|January|3|7|Sunday|2026|53|1|0");
        on("2027-01-01T00:00:00Z").step();
        assertThat(run.rows("select min(day), max(day), count(*), sum(begun) from NAME.bactrian_calendar"))
                .containsExactly("2026-01-01|2028-12-31|1096|366");
    }

    @Test
    void aDayThatBeginsHasItsRowThoughNothingHappened() throws Exception {
        run.apply(0, order(1, "2026-02-27", "new"), order(2, "2026-02-28", "new"));
        run.model("each_day", BY_EACH_DAY);
        assertThat(on("2026-02-27T12:00:00Z").step()).isTrue();
        assertThat(run.rows("select day, orders from NAME.each_day order by 1")).containsExactly("2026-02-27|1");
        assertThat(on("2026-03-01T00:00:00Z").step()).isTrue();

        assertThat(run.rows("select day, orders from NAME.each_day order by 1")).containsExactly("2026-02-27|1", "2026-02-28|1",
                "2026-03-01|0");
        run.apply(0, order(3, "2026-03-01", "new"));
        assertThat(run.rows("select day, orders from NAME.each_day order by 1")).contains("2026-03-01|1");
        assertThat(run.differences()).isEmpty();
    }

    @Test
    void aModelThatADayDoesNotFitStopsNeitherTheCalendarNorTheOthers() throws Exception {
        run.apply(0, order(1, "2026-02-27", "new"));
        run.model("each_day",
                BY_EACH_DAY.replace("count(o.order_id)", "count(o.order_id) + if(c.day = '2026-02-28', regexp_like(c.day, '('), 0)"));
        assertThat(on("2026-02-27T12:00:00Z").step()).as(() -> run.models.troubles().toString()).isTrue();
        Models next = on("2026-02-28T12:00:00Z");
        await().atMost(Duration.ofSeconds(20)).until(() -> {
            next.step();
            return run.rows("select sum(begun) from NAME.bactrian_calendar").equals(List.of("59"));
        });
        run.model("stock", "-- key: book_id\n-- reads books: book_id\nselect book_id from books\n");
        run.apply(0, book(1, "crime", 1));
        next.step();

        assertThat(run.rows("select * from NAME.stock")).containsExactly("1");
        assertThat(next.troubles()).containsOnlyKeys("each_day");
    }

    // Comparing

    @Test
    void theComparisonNamesWhatDiffers() throws Exception {
        shop();
        run.sql("update fact_sale set copies = 9, category = 'war' where line = 1", "delete from sales_by_day where category = 'none'",
                "insert into stock values (77, 1, 2)");

        assertThat(run.models.check(null)).containsExactly(
                new Checked("fact_sale", 2, 1, List.of(
                        "order_id=1 line=1: category is war in the table and crime in the SELECT, copies is 9 in the "
                                + "table and 2 in the SELECT")),
                new Checked("sales_by_day", 1, 3, List.of("day=2026-11-01 category=crime is in the table and not in the SELECT",
                        "day=2026-11-01 category=none is in the SELECT and not in the table",
                        "day=2026-11-01 category=war is in the SELECT and not in the table")),
                new Checked("stock", 2, 1, List.of("book_id=77 is in the table and not in the SELECT")));
        assertThat(run.models.check("stock")).extracting(Checked::name).containsExactly("stock");
        assertThat(run.models.check("nothing")).isEmpty();
    }

    @Test
    void theComparisonNamesTheFirstFewAndCountsAll() throws Exception {
        run.model("stock", Shop.STOCK);
        run.apply(0, IntStream.range(0, 3_000).mapToObj(i -> book(i, "crime", i)).toList());
        run.apply(0, item(1, 1, 1, 1, "1.00"));
        assertThat(run.models.step()).isTrue();
        run.sql("delete from stock where book_id < 1000", "update stock set sold = 1 where book_id >= 2500");

        Checked checked = run.models.check("stock").get(0);
        assertThat(checked.rows()).isEqualTo(2_000);
        assertThat(checked.differences()).isEqualTo(1_500);
        assertThat(checked.differing()).hasSize(10);
    }
}
