package io.bactrian.servers;

/**
 * A server could not be found, fetched, started or stopped; the message says what was found, where, and the way out.
 */
public class EmbeddedServerException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public EmbeddedServerException(String message) {
        super(message);
    }

    public EmbeddedServerException(String message, Throwable cause) {
        super(message, cause);
    }
}
