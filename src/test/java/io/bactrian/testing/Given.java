package io.bactrian.testing;

import io.bactrian.domain.Change;
import io.bactrian.domain.Column;
import io.bactrian.domain.ColumnType;
import io.bactrian.domain.Image;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** What tests begin with: schemas, rows and changes, written short. */
public final class Given {

    public static final Instant COMMITTED = Instant.parse("2026-11-21T13:14:15.678Z");
    public static final String TABLE = "store.customers";
    public static final String TOPIC = "shop.store.customers";

    private Given() {
    }

    /** @param columns such as {@code "id int64, name string(20) null, price decimal(10,2)"} */
    public static TableSchema schema(String columns, String... key) {
        List<Column> all = new ArrayList<>();
        for (String one : columns.split(", ")) {
            String[] words = one.split(" ");
            all.add(new Column(words[0], ColumnType.parse(words[1]), words.length > 2));
        }
        return new TableSchema(all, List.of(key));
    }

    public static Image image(TableSchema schema, Object... values) {
        return new Image(schema, values);
    }

    public static Position at(long offset) {
        return new Position(TOPIC, 0, offset);
    }

    public static Change change(Operation operation, Image before, Image after, Position position) {
        return new Change("shop", TABLE, operation, before, after, position, "binlog.000001 4711", COMMITTED, false);
    }

    public static Change read(Image after) {
        return change(Operation.READ, null, after, at(1));
    }

    public static Change insert(Image after) {
        return change(Operation.INSERT, null, after, at(2));
    }

    public static Change update(Image before, Image after) {
        return change(Operation.UPDATE, before, after, at(3));
    }

    public static Change delete(Image before) {
        return change(Operation.DELETE, before, null, at(4));
    }

    public static Change truncate() {
        return change(Operation.TRUNCATE, null, null, at(5));
    }
}
