package io.bactrian.testing;

import io.bactrian.application.SourceTables;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.Iterator;
import java.util.List;
import java.util.function.Function;

/** A read of rows that are in memory. */
public final class ScannedRows implements StoredRows.Rows, SourceTables.Rows {

    private final Iterator<Image> images;

    private ScannedRows(List<Image> images) {
        this.images = images.iterator();
    }

    public static ScannedRows of(List<Image> images) {
        return new ScannedRows(images);
    }

    /** A source that is read so; its tables have the columns of their first row. */
    public static SourceTables source(Function<String, SourceTables.Rows> scan) {
        return new SourceTables() {
            @Override
            public Rows scan(String table) {
                return scan.apply(table);
            }

            @Override
            public TableSchema schema(String table) {
                return scan.apply(table).next().schema();
            }
        };
    }

    @Override
    public boolean hasNext() {
        return images.hasNext();
    }

    @Override
    public Image next() {
        return images.next();
    }

    @Override
    public void close() {
        // Nothing is held open.
    }
}
