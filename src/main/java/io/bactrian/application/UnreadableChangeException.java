package io.bactrian.application;

/** The bytes of a record are not a change that Bactrian can read. */
public final class UnreadableChangeException extends RuntimeException {
    public UnreadableChangeException(String message, Throwable cause) {
        super(message, cause);
    }
}
