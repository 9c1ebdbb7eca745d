package io.bactrian.models;

import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import io.bactrian.testing.MySqlUnderTest;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import io.bactrian.testing.WarehouseUnderTest;
import java.util.Map;

/** A small shop and models of every kind: joined, summed up, and of models. */
final class Shop {

    static final Map<String, TableSchema> TABLES = Map.of(
            "orders", Given.schema("order_id int64, day date null, status string(10), note string(50) null", "order_id"),
            "items", Given.schema("order_id int64, line int32, book_id int64 null, copies int32, price decimal(10,2)", "order_id", "line"),
            "books", Given.schema("book_id int64, category string(20) null, stock int32", "book_id"));

    static final String FACT = """
            -- One row per line of an order that is there.
            -- key: order_id, line
            -- index: day, category
            -- reads items: order_id, line
            -- reads orders: select order_id, line from items where order_id in (:order_id)
            -- reads books: select order_id, line from items
            --   where book_id in (:book_id)
            -- index on items: book_id
            select i.order_id, i.line, o.day, coalesce(b.category, 'none') as category, i.copies, i.copies * i.price as amount
            from items i
            join orders o on o.order_id = i.order_id
            left join books b on b.book_id = i.book_id
            where o.status <> 'cancelled' /* keys: i.order_id, i.line */
            """;
    static final String BY_DAY = """
            -- Sales of a day and category.
            -- key: day, category
            -- reads fact_sale: day, category
            select f.day, f.category, sum(f.copies) as copies, sum(f.amount) as amount, count(*) as positions
            from fact_sale f
            where f.day is not null /* keys: f.day, f.category */
            group by f.day, f.category
            """;
    static final String STOCK = """
            -- Copies of each book that are sold and left.
            -- key: book_id
            -- reads books: book_id
            -- reads items: book_id
            select b.book_id, b.stock, coalesce(s.sold, 0) as sold
            from books b
            left join (select i.book_id, sum(i.copies) as sold from items i where true /* keys: i.book_id */ group by \
            i.book_id) s on s.book_id = b.book_id
            where true /* keys: b.book_id */
            """;

    private Shop() {
    }

    static WarehouseRun open() {
        return open(new MySqlUnderTest());
    }

    static WarehouseRun open(WarehouseUnderTest kind) {
        return new WarehouseRun(Servers.shared(), kind, TABLES).model("fact_sale", FACT).model("sales_by_day", BY_DAY).model("stock",
                STOCK);
    }

    static Object[] row(Object... values) {
        return values;
    }
}
