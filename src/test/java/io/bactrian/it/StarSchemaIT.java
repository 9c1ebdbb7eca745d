package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.bactrian.engines.KeptModels;
import io.bactrian.settings.Stages;
import io.bactrian.demo.bookstore.Bookstore;
import io.bactrian.main.Bactrian;
import io.bactrian.testing.BookstoreRun;
import io.bactrian.testing.Scenario;
import io.bactrian.testing.Servers;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The star schema's answers against SQL on the source, which knows nothing of routes, histories and models: equal to
 * the cent.
 */
class StarSchemaIT {

    private static Servers servers;
    private static BookstoreRun run;
    private static Bactrian bactrian;

    @BeforeAll
    static void aBookstoreThatHasDoneSomeBusiness() {
        servers = Servers.shared();
        run = new BookstoreRun(servers, "star", 5_000);
        // What the source knew when, noted by the source itself: where each customer lived when an order of theirs was
        // placed.
        Servers.execute(servers.source, "create database noted",
                "create table noted.orders (order_id bigint unsigned primary key, country char(2), postal_prefix varchar(2))");
        bactrian = Bactrian.start(run.settings(), Stages.ALL);
        await("the snapshot").atMost(Scenario.PATIENCE).ignoreExceptions()
                .until(() -> warehouse("select count(*) from warehouse.dim_customer").get(0)
                        .equals(source("select count(*) from store.customers where email not like '%@test.invalid'").get(0)));
        order();
        // Two addresses of one second could not be told apart by an order of that second.
        nextSecond();
        Servers.execute(servers.source,
                "update store.customers set city = 'Berlin', country = 'DE', postal_code = '10115' where customer_id % 3 = 0",
                "update store.customers set city = 'Edinburgh', country = 'GB', postal_code = 'EH1 1AA' where customer_id % 3 = 1");
        nextSecond();
        order();
        nextSecond();
        Servers.execute(servers.source,
                "update store.customers set city = 'Portland', country = 'US', postal_code = '97201' where customer_id % 6 = 0");
        nextSecond();
        order();
        nextSecond();
        try (Bookstore.Writing writing = run.bookstore.write(100, 2)) {
            await().atMost(Scenario.PATIENCE).until(() -> writing.transactions() > 2_000);
            writing.close();
            assertThat(writing.failure()).isEmpty();
        }
        await("all of it in the warehouse").atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(500)).ignoreExceptions()
                .until(() -> warehouse("select count(*), sum(total), max(updated_at) from warehouse.store_orders")
                        .equals(source("select count(*), sum(total), max(updated_at) from store.orders"))
                        && warehouse("select count(*) from warehouse.shipping_shipment_events")
                                .equals(source("select count(*) from shipping.shipment_events"))
                        && warehouse("select sum(stock) from warehouse.store_books").equals(source("select sum(stock) from store.books"))
                        && bactrian.pumps().drained("bookstore") && bactrian.models().values().stream().allMatch(KeptModels::fresh));
    }

    /** Ten customers order, and the source notes where they live. */
    private static void order() {
        Servers.execute(servers.source,
                "insert into store.orders (customer_id, status, placed_at, total, recipient, delivery_address, "
                        + "delivery_city, delivery_postal_code, delivery_country)"
                        + " select customer_id, 'placed', utc_timestamp(6), 0, name, address, city, postal_code, "
                        + "country from store.customers order by customer_id limit 30",
                "insert into store.order_items (order_id, line_number, book_id, quantity, unit_price) select "
                        + "o.order_id, b.book_id, b.book_id, 1 + o.order_id % 3, b.price"
                        + " from store.orders o join store.books b on b.book_id <= 3 left join store.order_items i on "
                        + "i.order_id = o.order_id where i.order_id is null and o.total = 0 and o.status = 'placed'",
                "update store.books b join (select i.book_id, sum(i.quantity) as sold from store.order_items i join "
                        + "store.orders o on o.order_id = i.order_id where o.total = 0 group by i.book_id) s"
                        + " on s.book_id = b.book_id set b.stock = b.stock + 1000 - s.sold, b.copies_delivered = b.copies_delivered + 1000",
                "insert into noted.orders select o.order_id, c.country, left(c.postal_code, 2) from store.orders o "
                        + "join store.customers c on c.customer_id = o.customer_id"
                        + " where o.total = 0 and o.status = 'placed' and c.email not like '%@test.invalid'",
                "update store.orders o join (select order_id, sum(quantity * unit_price) as amount from "
                        + "store.order_items group by order_id) i on i.order_id = o.order_id"
                        + " set o.total = i.amount where o.total = 0 and o.status = 'placed'");
    }

    private static void nextSecond() {
        String now = source("select floor(unix_timestamp(now(6)))").get(0);
        await().atMost(Duration.ofSeconds(10)).until(() -> !source("select floor(unix_timestamp(now(6)))").get(0).equals(now));
    }

    @AfterAll
    static void stop() throws Exception {
        if (bactrian != null) {
            bactrian.close();
        }
        if (run != null) {
            run.close();
        }
        // Others of this JVM have a bookstore there too.
        Servers.execute(servers.source, "drop database if exists noted", "drop database if exists shipping",
                "drop database if exists store");
        Servers.execute(servers.warehouse, "drop database if exists warehouse");
    }

    private static List<String> source(String sql) {
        return Servers.query(servers.source, sql);
    }

    private static List<String> warehouse(String sql) {
        return Servers.query(servers.warehouse, sql);
    }

    @Test
    void revenueByMonthAndCategory() {
        List<String> sold = source(
                "select date_format(o.placed_at, '%Y-%m'), b.category, sum(i.quantity), cast(sum(i.quantity * "
                        + "i.unit_price) as decimal(20,2)),"
                        + " cast(sum(i.returned_quantity * i.unit_price) as decimal(20,2)) from store.order_items i "
                        + "join store.orders o on o.order_id = i.order_id"
                        + " join store.books b on b.book_id = i.book_id group by 1, 2 order by 1, concat(b.category)");

        assertThat(sold).hasSizeGreaterThan(50);
        assertThat(warehouse(
                "select date_format(day, '%Y-%m'), category, sum(copies), cast(sum(amount) as decimal(20,2)), "
                        + "cast(sum(amount_returned) as decimal(20,2))"
                        + " from warehouse.sales_by_day_category group by 1, 2 order by 1, 2"))
                .isEqualTo(sold);
        assertThat(warehouse(
                "select concat(d.year, '-', lpad(d.month, 2, '0')), b.category, sum(f.copies), cast(sum(f.amount) as decimal(20,2)),"
                        + " cast(sum(f.amount_returned) as decimal(20,2)) from warehouse.fact_item_sale f join "
                        + "warehouse.dim_date d on d.day = f.sold_on"
                        + " join warehouse.dim_book b on b.book_id = f.book_id group by 1, 2 order by 1, 2"))
                .isEqualTo(sold);
    }

    @Test
    void revenueByAuthorWhenABookHasSeveral() {
        assertThat(warehouse(
                "select cast(round(sum(f.amount * w.weight)) as signed) from warehouse.fact_item_sale f join "
                        + "warehouse.bridge_book_author w on w.book_id = f.book_id"))
                .isEqualTo(source(
                        "select cast(round(sum(i.quantity * i.unit_price * cast(1.0 / n.authors as decimal(7,6)))) as "
                                + "signed) from store.order_items i"
                                + " join store.book_authors w on w.book_id = i.book_id"
                                + " join (select book_id, count(*) as authors from store.book_authors group by "
                                + "book_id) n on n.book_id = i.book_id"));
    }

    @Test
    void deliveryTimeByCarrier() {
        List<String> delivered = source(
                "select c.code, count(*), sum(timestampdiff(minute, s.created_at, s.delivered_at)), "
                        + "sum(date(s.delivered_at) > s.promised_on)"
                        + " from shipping.shipments s join shipping.shipping_services v on v.service_id = "
                        + "s.service_id join shipping.carriers c on c.carrier_id = v.carrier_id"
                        + " where s.delivered_at is not null group by c.code order by c.code");

        assertThat(delivered).hasSizeGreaterThan(2);
        assertThat(warehouse("select v.carrier_code, sum(d.shipments), sum(d.minutes), sum(d.late) from warehouse.delivery_by_day_service d"
                + " join warehouse.dim_carrier_service v on v.service_id = d.service_id group by v.carrier_code order by v.carrier_code"))
                .isEqualTo(delivered);
    }

    @Test
    void milestonesOfShipmentsWhicheverOrderTheirEventsCameIn() {
        assertThat(warehouse(
                "select shipment_id, picked_up_at, in_transit_at, failed_attempts, delivered_at from "
                        + "warehouse.fact_shipment order by shipment_id"))
                .isEqualTo(source(
                        "select s.shipment_id, min(if(e.kind = 'picked_up', e.occurred_at, null)), min(if(e.kind = "
                                + "'in_transit', e.occurred_at, null)),"
                                + " coalesce(sum(e.kind = 'delivery_failed'), 0), s.delivered_at from "
                                + "shipping.shipments s left join shipping.shipment_events e on e.shipment_id = s.shipment_id"
                                + " group by s.shipment_id, s.delivered_at order by s.shipment_id"));
    }

    @Test
    void stockAtTheEndOfTheDay() {
        assertThat(warehouse(
                "select book_id, cast(stock as signed) from warehouse.fact_book_inventory where day = (select "
                        + "max(day) from warehouse.fact_book_inventory) order by book_id"))
                .isEqualTo(source("select book_id, stock from store.books order by book_id"));
        // Whatever happened on a day leads from the stock of the day before to that of its end.
        assertThat(warehouse(
                "select count(*) from (select book_id, day, stock - coalesce(lag(stock) over (partition by book_id order by day), 0)"
                        + " - opening - delivered + sold - returned as gap from warehouse.fact_book_inventory) g where gap <> 0"))
                .containsExactly("0");
    }

    @Test
    void customersByRegionAtOrderTime() {
        List<String> regions = warehouse("select country, postal_prefix, region from warehouse.ref_regions");
        StringBuilder known = new StringBuilder("select '' as country, '' as postal_prefix, '' as region");
        regions.forEach(line -> known.append(" union all select '").append(line.replace("|", "','")).append('\''));
        List<String> expected = source(
                "select r.region, count(distinct n.order_id), cast(sum(i.quantity * i.unit_price) as decimal(20,2)) from noted.orders n"
                        + " join store.order_items i on i.order_id = n.order_id join (" + known
                        + ") r on r.country = n.country and r.postal_prefix = n.postal_prefix group by r.region order by hex(r.region)");

        assertThat(expected).hasSizeGreaterThan(3);
        String orders = String.join(",", source("select order_id from noted.orders"));
        assertThat(warehouse(
                "select c.region, count(distinct f.order_id), cast(sum(f.amount) as decimal(20,2)) from warehouse.fact_item_sale f"
                        + " join warehouse.dim_customer c on c.customer_key = f.customer_key where f.order_id in (" + orders
                        + ") and c.region is not null group by c.region order by hex(c.region)"))
                .isEqualTo(expected);
        assertThat(warehouse("select count(*) from warehouse.dim_customer where version > 1")).isNotEqualTo(List.of("0"));
    }

    @Test
    void returnsAreFactsOfTheirOwn() {
        assertThat(warehouse("select count(distinct order_id, line_number) from warehouse.fact_return")).isEqualTo(
                source("select count(*) from store.order_items where returned_quantity > 0"));
    }

    @Test
    void noTestCustomerIsInTheDimensionAndNoPersonalDataInTheClear() {
        assertThat(warehouse("select count(distinct customer_id) from warehouse.dim_customer where is_current = 1")).isEqualTo(
                source("select count(*) from store.customers where email not like '%@test.invalid'"));
        assertThat(warehouse("select count(*) from warehouse.dim_customer where email like '%@%' or phone not like '*%'"))
                .containsExactly("0");
    }

    @Test
    void modelsEqualTheirSelectsHistoriesTheirLawAndSumsTheSource() {
        assertThat(run.derivedDifferences(bactrian)).isEmpty();
    }
}
