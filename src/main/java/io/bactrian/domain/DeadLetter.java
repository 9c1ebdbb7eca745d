package io.bactrian.domain;

import java.time.Instant;

/**
 * A change that could not become a row, kept whole.
 *
 * @param route the route that it failed in; {@link #UNREADABLE} when no route could be given it
 * @param reason what failed, in one line
 * @param detail the stack trace or whatever else helps; may be empty
 */
public record DeadLetter(String pipeline, Position position, String route, String reason, String detail, Instant failedAt,
        byte[] key, byte[] value, byte[] schema) {

    /** In place of a route: the record could not be read as a change. */
    public static final String UNREADABLE = "-";

    /** One change may fail in one route and pass another: both together name the dead letter. */
    public String id() {
        return idOf(position, route);
    }

    public static String idOf(Position position, String route) {
        return position + "/" + route;
    }
}
