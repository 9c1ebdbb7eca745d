package io.bactrian.application;

import io.bactrian.domain.Position;
import java.time.Instant;

/**
 * A record of a change topic as Kafka delivered it, not yet read: whatever it holds, it can be kept as a dead letter.
 */
public record Delivery(Position position, Instant storedAt, byte[] key, byte[] value, byte[] schema) {
}
