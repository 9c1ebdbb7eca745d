package io.bactrian.testing;

import io.bactrian.application.StoredRows;
import io.bactrian.application.Warehouse;
import io.bactrian.domain.Image;
import io.bactrian.domain.Target;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * A warehouse whose tables a test fills; it answers what is asked of them, and whatever else is wanted of it is an
 * error.
 */
public final class WarehouseToRead implements StoredRows {

    private final Map<String, List<Image>> tables = new HashMap<>();
    /** How many rows were asked for, each time. */
    public final List<Integer> reads = new ArrayList<>();
    public boolean passesOn;

    public WarehouseToRead with(String table, Image... rows) {
        tables.computeIfAbsent(table, name -> new ArrayList<>()).addAll(List.of(rows));
        return this;
    }

    public Warehouse warehouse() {
        return proxy(Warehouse.class, "passesOn", () -> passesOn);
    }

    /** A batch of it, which reads its rows. */
    public Warehouse.Batch batch() {
        return proxy(Warehouse.Batch.class, "rows", () -> Optional.of(this));
    }

    /** A port of which one method is answered. */
    private static <T> T proxy(Class<T> port, String known, Supplier<Object> answer) {
        return port.cast(Proxy.newProxyInstance(port.getClassLoader(), new Class<?>[]{port}, (self, method, arguments) -> {
            if (method.getName().equals(known)) {
                return answer.get();
            }
            throw new UnsupportedOperationException(method.getName());
        }));
    }

    @Override
    public long count(String table) {
        return tables.getOrDefault(table, List.of()).size();
    }

    @Override
    public long count(Target target) {
        return rows(target).size();
    }

    @Override
    public Rows scan(Target target, Image like) {
        return ScannedRows.of(rows(target));
    }

    private List<Image> rows(Target target) {
        return tables.getOrDefault(target.table(), List.of());
    }

    @Override
    public Map<Object, Image> read(Target target, Collection<Image> keys) {
        reads.add(keys.size());
        Map<Object, Image> found = new HashMap<>();
        rows(target).forEach(row -> found.put(row.keyOf(target.key()), row));
        found.keySet().retainAll(keys.stream().map(key -> key.keyOf(target.key())).toList());
        return found;
    }
}
