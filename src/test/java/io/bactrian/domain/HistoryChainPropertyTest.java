package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Row.Meaning;
import io.bactrian.testing.NaiveHistory;
import io.bactrian.testing.RandomHistory;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

/**
 * Whatever happens to some keys, and wherever batches are cut: the versions are those that one change at a time makes,
 * and they fit together.
 */
class HistoryChainPropertyTest {

    /** As a warehouse does it: the last version of each key of a batch, what the batch makes of it, written back. */
    private static final class Table {
        private final Map<Object, List<Version>> versions = new TreeMap<>();

        void write(List<Row> batch) {
            Map<Object, HistoryChain> chains = new LinkedHashMap<>();
            for (Row row : batch) {
                if (row.meaning() == Meaning.CLEAR) {
                    flush(chains);
                    clear(row);
                } else {
                    chains.computeIfAbsent(row.key(), key -> new HistoryChain(last(key))).apply(row, row.version().partition());
                }
            }
            flush(chains);
        }

        private Version last(Object key) {
            List<Version> all = versions.get(key);
            return all == null ? null : all.get(all.size() - 1);
        }

        private void flush(Map<Object, HistoryChain> chains) {
            chains.forEach((key, chain) -> {
                if (chain.changed() != null) {
                    versions.get(key).set(versions.get(key).size() - 1, chain.changed());
                }
                if (!chain.opened().isEmpty()) {
                    versions.computeIfAbsent(key, k -> new ArrayList<>()).addAll(chain.opened());
                }
            });
            chains.clear();
        }

        private void clear(Row row) {
            versions.values().forEach(all -> all.replaceAll(version -> {
                if (!version.current() || version.log() != row.version().partition() || version.offset() >= row.version().offset()) {
                    return version;
                }
                Instant at = row.at().isAfter(version.validFrom()) ? row.at() : version.validFrom();
                return row.change().snapshot()
                        ? version.followed(at, version.log(), row.version().offset())
                        : version.deleted(at, version.log(), row.version().offset());
            }));
        }

        List<String> lines() {
            return versions.values().stream().flatMap(List::stream).map(version -> NaiveHistory.line(version, RandomHistory.COLUMNS))
                    .toList();
        }
    }

    @Property(tries = 2_000)
    void batchesMakeTheVersionsThatSingleChangesMake(@ForAll long seed) {
        Random random = new Random(seed);
        List<Row> rows = RandomHistory.rows(random, "t", 1 + random.nextInt(60), false);
        NaiveHistory naive = new NaiveHistory();
        rows.forEach(row -> naive.apply(row, row.version().partition()));
        Table table = new Table();
        RandomHistory.cut(random, rows).forEach(table::write);

        assertThat(table.lines()).isEqualTo(naive.lines(RandomHistory.COLUMNS));
        table.versions.forEach((key, versions) -> assertThat(faults(versions)).as("key %s: %s", key, versions).isEmpty());
    }

    private static List<String> faults(List<Version> versions) {
        List<String> faults = new ArrayList<>();
        for (int i = 0; i < versions.size(); i++) {
            Version version = versions.get(i);
            boolean last = i == versions.size() - 1;
            if (version.number() != i + 1) {
                faults.add(i + " has another number");
            }
            if (version.validFrom().isAfter(version.validTo())) {
                faults.add(i + " ends before it begins");
            }
            if (version.current() != version.validTo().equals(Version.OPEN_END)
                    || version.current() && (!last || version.deletedAt() != null)) {
                faults.add(i + " is open where it must not");
            }
            if (!last && version.validTo().isAfter(versions.get(i + 1).validFrom())) {
                faults.add(i + " overlaps");
            }
            if (!last && version.deletedAt() == null && !version.validTo().equals(versions.get(i + 1).validFrom())) {
                faults.add(i + " leaves a gap");
            }
        }
        return faults;
    }
}
