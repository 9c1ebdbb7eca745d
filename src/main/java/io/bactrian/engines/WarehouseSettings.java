package io.bactrian.engines;

/**
 * A warehouse, as the settings describe it.
 *
 * @param location where the URL leads, for messages: the URL may hold more than everybody should see
 */
public record WarehouseSettings(String name, String url, WarehouseLocation location, String user, String password) {

    /** The beginning of its settings' keys. */
    public String settings() {
        return "bactrian.warehouse." + name;
    }

    /** Host and port. */
    public String where() {
        return location.host() + ":" + location.port();
    }

    public String database() {
        return location.database();
    }
}
