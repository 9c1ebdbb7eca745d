package io.bactrian.engines.sql;

import java.sql.SQLException;

/**
 * Tells of each failure of a warehouse in the same words, whichever part of it failed: which one, where it is, and why.
 */
record WarehouseFailures(String name, String url, SqlErrors errors) {

    /** @param doing what could not be done */
    WarehouseException of(String doing, SQLException cause) {
        return new WarehouseException("warehouse " + name + " (" + url + "): could not " + doing + ": " + errors.reason(cause), cause);
    }
}
