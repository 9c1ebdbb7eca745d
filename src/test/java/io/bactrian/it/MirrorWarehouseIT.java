package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.Warehouse;
import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Row;
import io.bactrian.domain.Row.Meaning;
import io.bactrian.domain.Target;
import io.bactrian.infrastructure.jdbc.JdbcWarehouse;
import io.bactrian.testing.RandomHistory;
import io.bactrian.testing.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Batches of a mirrored table on a real server. */
class MirrorWarehouseIT {

    private final String database = "i" + Long.toString(System.nanoTime(), 36);
    private JdbcWarehouse warehouse;

    @BeforeEach
    void open() {
        Servers.execute(Servers.shared().warehouse, "create database " + database);
        warehouse = JdbcWarehouse.open("main", Servers.shared().warehouse.jdbcUrl(database), Servers.USER, Servers.PASSWORD, 4);
        warehouse.watermarks("p", Map.of(RandomHistory.PARTITIONS.get(0), 0L, RandomHistory.PARTITIONS.get(1), 0L));
    }

    @AfterEach
    void close() {
        warehouse.close();
        Servers.execute(Servers.shared().warehouse, "drop database " + database);
    }

    private void write(List<Row> rows) {
        warehouse.prepare(rows);
        try (Warehouse.Transaction transaction = warehouse.begin("p")) {
            transaction.lock(RandomHistory.PARTITIONS);
            assertThat(transaction.write(rows)).allMatch(refusal -> refused(refusal.row()));
            transaction.commit();
        }
    }

    private static boolean refused(Row row) {
        return row.image() != null && RandomHistory.REFUSED.equals(row.image().get("name"));
    }

    private record Kept(Image image, int partition) {
        private String line() {
            return image.get("id") + "|" + image.get("name") + "|" + image.get("visits");
        }
    }

    @Test
    void randomBatchesLeaveWhatSingleChangesLeave() {
        Random seeds = new Random(20261121);
        for (int round = 0; round < 60; round++) {
            long seed = seeds.nextLong();
            Random random = new Random(seed);
            Target target = new Target("t" + round, Mode.MIRROR, List.of("id"), false);
            List<Row> rows = RandomHistory.rows(random, target.table(), 1 + random.nextInt(60), round % 2 == 0).stream()
                    .map(row -> new Row(target, row.meaning(), row.image(), row.change(), row.route())).toList();
            Map<Object, Kept> naive = new TreeMap<>();
            for (Row row : rows) {
                int partition = row.version().partition();
                if (row.meaning() == Meaning.CLEAR) {
                    naive.values().removeIf(kept -> kept.partition() == partition);
                } else if (row.meaning() == Meaning.DELETE) {
                    naive.remove(row.image().get("id"));
                } else if (!refused(row)) {
                    naive.put(row.image().get("id"), new Kept(row.image(), partition));
                }
            }
            RandomHistory.cut(random, rows).forEach(this::write);
            assertThat(lines(target.table())).as("seed %s", seed).isEqualTo(naive.values().stream().map(Kept::line).toList());
        }
    }

    private List<String> lines(String table) {
        boolean there = !Servers.query(Servers.shared().warehouse, "select 1 from information_schema.tables where table_schema='" + database
                + "' and table_name='" + table + "'").isEmpty();
        return there ? Servers.query(Servers.shared().warehouse, "select id, name, visits from " + database + "." + table + " order by id") : new ArrayList<>();
    }
}
