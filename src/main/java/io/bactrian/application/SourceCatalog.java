package io.bactrian.application;

import java.util.Map;
import java.util.TreeMap;

/** Which source has which database. */
public final class SourceCatalog {

    private final Map<String, String> sourceOfDatabase;

    public SourceCatalog(Map<String, String> sourceOfDatabase) {
        this.sourceOfDatabase = new TreeMap<>(sourceOfDatabase);
    }

    /**
     * The topic of a table.
     *
     * @param table {@code store.customers}, or {@code shop.store.customers} with its source
     */
    public String topic(String table) {
        String[] parts = table.split("\\.");
        if (parts.length == 3) {
            return table;
        }
        if (parts.length != 2) {
            throw new IllegalArgumentException("change:" + table + " names no table; expected change:<database>.<table>, such as change:store.customers");
        }
        String source = sourceOfDatabase.get(parts[0]);
        if (source == null) {
            throw new IllegalArgumentException("change:" + table + ": no source has a database '" + parts[0] + "'; the sources' databases are "
                    + sourceOfDatabase.keySet() + ". Add it to bactrian.source.<name>.databases");
        }
        return source + "." + table;
    }
}
