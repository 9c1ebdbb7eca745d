package io.bactrian.testing;

import io.bactrian.application.SourceTables;
import io.bactrian.application.StoredRows;
import io.bactrian.domain.Image;
import java.util.Iterator;
import java.util.List;

/** A read of rows that are in memory. */
public final class ScannedRows implements StoredRows.Rows, SourceTables.Rows {

    private final Iterator<Image> images;

    private ScannedRows(List<Image> images) {
        this.images = images.iterator();
    }

    public static ScannedRows of(List<Image> images) {
        return new ScannedRows(images);
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
