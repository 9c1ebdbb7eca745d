package io.bactrian.application;

/**
 * A route could not do its work for a reason that has nothing to do with the change, such as a database that is away.
 * The change becomes no dead letter; its whole batch is tried again, with growing pauses.
 */
public final class FailsForAllException extends RuntimeException {

    public FailsForAllException(String message) {
        super(message);
    }

    public FailsForAllException(String message, Throwable cause) {
        super(message, cause);
    }

    /** The one among the causes of what a route threw, which Camel may have wrapped; null when there is none. */
    static FailsForAllException in(Throwable failure) {
        int depth = 0;
        // A chain of causes may be a ring.
        for (Throwable one = failure; one != null && depth < 100; one = one.getCause(), depth++) {
            if (one instanceof FailsForAllException found) {
                return found;
            }
        }
        return null;
    }
}
