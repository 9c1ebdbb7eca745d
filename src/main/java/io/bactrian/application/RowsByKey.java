package io.bactrian.application;

import io.bactrian.domain.Image;
import io.bactrian.domain.Target;
import java.util.Collection;
import java.util.Map;

/**
 * Rows that a warehouse holds, read by their keys. What it throws means "not now, for nobody"; it changes nothing, so
 * repeating it is safe.
 */
public interface RowsByKey {

    /**
     * The rows of a mirror, or the open versions of a history, for those keys, keyed as {@link Image#keyOf} of the
     * target's key columns says; none if there is no such table.
     *
     * @param keys images of one schema, whose columns are read
     */
    Map<Object, Image> read(Target target, Collection<Image> keys);
}
