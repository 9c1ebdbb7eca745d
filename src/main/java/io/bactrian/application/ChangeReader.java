package io.bactrian.application;

import io.bactrian.domain.Change;

/** Reads the bytes of a change topic. Safe for many threads. */
public interface ChangeReader {

    /** @throws UnreadableChangeException when the bytes are not a change; reading them again would not help */
    Change read(Delivery delivery);
}
