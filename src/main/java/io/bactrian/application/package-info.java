/**
 * The use cases, and the ports through which they reach servers: apply a batch exactly once, replay dead letters, look
 * up, verify, report a status. It uses {@code domain} and a logger, no server and no Camel. Start with
 * {@link io.bactrian.application.ApplyBatch}, then its port {@link io.bactrian.application.Warehouse}.
 */
package io.bactrian.application;
