package io.bactrian.testing;

import io.bactrian.application.Warehouse;
import io.bactrian.domain.Image;
import io.bactrian.domain.Target;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A warehouse whose tables a test fills; it answers what is asked of them, and whatever else is wanted of it is an
 * error.
 */
public final class WarehouseToRead {

    private final Map<String, List<Image>> tables = new HashMap<>();
    /** How many rows were asked for, each time. */
    public final List<Integer> reads = new ArrayList<>();
    public boolean passesOn;

    public WarehouseToRead with(String table, Image... rows) {
        tables.computeIfAbsent(table, name -> new ArrayList<>()).addAll(List.of(rows));
        return this;
    }

    public Warehouse warehouse() {
        return (Warehouse) Proxy.newProxyInstance(Warehouse.class.getClassLoader(), new Class<?>[]{Warehouse.class},
                (self, method, arguments) -> switch (method.getName()) {
                    case "passesOn" -> passesOn;
                    case "count" -> (long) rows((Target) arguments[0]).size();
                    case "scan" -> ScannedRows.of(rows((Target) arguments[0]));
                    case "read" -> read((Target) arguments[0], (Collection<?>) arguments[1]);
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private List<Image> rows(Target target) {
        return tables.getOrDefault(target.table(), List.of());
    }

    private Map<Object, Image> read(Target target, Collection<?> keys) {
        reads.add(keys.size());
        Map<Object, Image> found = new HashMap<>();
        rows(target).forEach(row -> found.put(row.keyOf(target.key()), row));
        found.keySet().retainAll(keys.stream().map(key -> ((Image) key).keyOf(target.key())).toList());
        return found;
    }
}
