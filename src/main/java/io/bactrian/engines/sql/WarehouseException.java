package io.bactrian.engines.sql;

/**
 * The warehouse could not do something, for nobody: away, locked, full, read-only, without the right. Tried again
 * later.
 */
public final class WarehouseException extends RuntimeException {
    WarehouseException(String message, Throwable cause) {
        super(message, cause);
    }
}
