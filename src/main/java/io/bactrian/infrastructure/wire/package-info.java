/**
 * How changes and schemas are written into the records of topics, and read from them. It uses {@code domain} and
 * {@code application}. Start with {@link io.bactrian.infrastructure.wire.ChangeWriter} and
 * {@link io.bactrian.infrastructure.wire.ChangeJson}, which reads what that writes.
 */
package io.bactrian.infrastructure.wire;
