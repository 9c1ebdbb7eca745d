package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Partition;
import io.bactrian.engines.sql.SqlTransaction;
import io.bactrian.engines.sql.SqlEngine;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.testing.Servers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The watermarks of a pipeline on a real server. */
class WatermarksIT {

    private final String database = "m" + Long.toString(System.nanoTime(), 36);
    private SqlWarehouse warehouse;

    @BeforeEach
    void open() {
        Servers.execute(Servers.shared().warehouse, "create database " + database);
        warehouse = SqlWarehouse.open("main", Servers.shared().warehouse.jdbcUrl(database), Servers.USER, Servers.PASSWORD, 4,
                SqlEngine.of(Servers.shared().warehouse.jdbcUrl(database)).orElseThrow().dialect());
    }

    @AfterEach
    void close() {
        warehouse.close();
        Servers.execute(Servers.shared().warehouse, "drop database " + database);
    }

    /**
     * Whichever partitions they have: the database must find each watermark by itself and not read, and lock, all of
     * them.
     */
    @Test
    void pumpsThatShareNoPartitionDoNotWaitForEachOther() {
        List<Partition> all = new ArrayList<>();
        for (int topic = 0; topic < 15; topic++) {
            for (int number = 0; number < 4; number++) {
                all.add(new Partition("shop.store.table" + topic, number));
            }
        }
        Map<Partition, Long> starts = new TreeMap<>();
        all.forEach(partition -> starts.put(partition, 0L));
        warehouse.watermarks("p", starts);
        for (int size : new int[]{1, 2, 5, 10, 20, 30}) {
            List<Partition> even = all.stream().filter(partition -> partition.number() % 2 == 0).limit(size).toList();
            List<Partition> odd = all.stream().filter(partition -> partition.number() % 2 == 1).limit(size).toList();
            try (SqlTransaction one = warehouse.begin("p"); SqlTransaction two = warehouse.begin("p")) {
                assertThat(one.lock(even)).hasSize(size);
                // In one thread: it would wait for itself, until the server gives up.
                assertThat(two.lock(odd)).hasSize(size);
                one.advance(even.stream().collect(Collectors.toMap(partition -> partition, partition -> (long) size)));
                two.advance(odd.stream().collect(Collectors.toMap(partition -> partition, partition -> (long) size)));
                two.commit();
                one.commit();
            }
            assertThat(warehouse.watermarks("p", Map.of(even.get(size - 1), 0L)).values()).containsExactly((long) size);
        }
    }

    @Test
    void aBatchMayHaveManyPartitions() {
        Map<Partition, Long> starts = new TreeMap<>();
        for (int number = 0; number < 1_300; number++) {
            starts.put(new Partition("shop.store.wide", number), (long) number);
        }
        warehouse.watermarks("p", starts);
        try (SqlTransaction transaction = warehouse.begin("p")) {
            assertThat(transaction.lock(starts.keySet())).isEqualTo(starts);
        }
    }
}
