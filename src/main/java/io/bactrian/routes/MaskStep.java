package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Mask;
import java.util.List;

/** Masks by the key of this process; one for all routes. */
public final class MaskStep {

    private final String key;
    private volatile Mask mask;

    /** The key is only asked for by those who hash. */
    public MaskStep(String key) {
        this.key = key;
    }

    Change hash(Change change, List<String> columns) {
        if (mask == null) {
            mask = new Mask(key);
        }
        return mask.hash(change, columns);
    }
}
