package io.bactrian.testing;

import io.bactrian.application.ReferenceTables;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** One reference table that a test fills, changes and takes away. */
public final class ReferenceTablesInMemory implements ReferenceTables {

    private final TableSchema schema;
    public final List<Image> rows = new ArrayList<>();
    public final List<String> loads = new ArrayList<>();
    public final AtomicInteger misses = new AtomicInteger();
    /** The warehouse's answer while it is away. */
    public String away;

    public ReferenceTablesInMemory(TableSchema schema) {
        this.schema = schema;
    }

    public ReferenceTablesInMemory with(Object... values) {
        rows.add(new Image(schema, values));
        return this;
    }

    @Override
    public Table load(String pipeline, String table, List<String> columns, int most) {
        loads.add(pipeline + " " + table + " " + columns + " " + most);
        if (away != null) {
            throw new IllegalStateException(away);
        }
        List<String> others = schema.names().stream().filter(name -> !columns.contains(name)).toList();
        List<Image> some = rows.stream().limit(most).map(row -> others.isEmpty() ? row : row.without(others)).toList();
        return new Table(schema.without(others), some);
    }

    @Override
    public void missed(String pipeline) {
        misses.incrementAndGet();
    }
}
