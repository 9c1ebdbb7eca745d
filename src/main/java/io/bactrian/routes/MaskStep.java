package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.Mask;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the kamelet {@code mask} does. */
public final class MaskStep {

    private final String key;
    private final Map<String, List<String>> columns = new ConcurrentHashMap<>();
    private volatile Mask mask;

    /** The key is only asked for by those who mask. */
    public MaskStep(String key) {
        this.key = key;
    }

    /** @param names columns, separated by commas */
    public Change hash(Change change, String names) {
        if (mask == null) {
            mask = new Mask(key);
        }
        return mask.hash(change, columns.computeIfAbsent(names, MaskStep::columns));
    }

    private static List<String> columns(String names) {
        List<String> columns = ChangeEndpoint.names(names);
        if (columns.isEmpty()) {
            throw new IllegalArgumentException("mask: columns is '" + names + "'; expected names of columns, separated by commas, such as columns=email,phone");
        }
        return columns;
    }
}
