package io.bactrian.domain;

import java.time.Instant;
import java.util.Objects;

/**
 * What a route hands to the warehouse.
 *
 * @param image the values; for DELETE the row before; null for CLEAR
 * @param change what caused it: its position is the row's version
 * @param route the route that made it; named in a dead letter if the warehouse rejects the row
 */
public record Row(Target target, Meaning meaning, Image image, Change change, String route) {

    public enum Meaning {
        /** The values are the key's; in a table of sums they are added to it. */
        WRITE,
        /** The key's row goes; from a table of sums the values are taken away. */
        DELETE,
        /** Every row that came from the change's partition goes. */
        CLEAR
    }

    public Row {
        Objects.requireNonNull(target, "target");
        Objects.requireNonNull(meaning, "meaning");
        Objects.requireNonNull(change, "change");
        if ((image == null) != (meaning == Meaning.CLEAR)) {
            throw new IllegalArgumentException("a row that means " + meaning + (image == null ? " needs" : " has no") + " values");
        }
    }

    public Position version() {
        return change.position();
    }

    public Instant at() {
        return change.committedAt();
    }

    public Object key() {
        return image.keyOf(target.key());
    }
}
