package io.bactrian.servers;

/** A living process runs the server of that name; another name would do. */
public final class ServerInUseException extends EmbeddedServerException {

    private static final long serialVersionUID = 1L;

    ServerInUseException(String message) {
        super(message);
    }
}
