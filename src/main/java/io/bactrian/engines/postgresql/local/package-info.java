/**
 * PostgreSQL servers that Bactrian starts itself, for the demo and for test cases. It uses {@code engines.postgresql},
 * {@code servers} and {@code cases}; nothing that runs in production uses it. Start with
 * {@link io.bactrian.engines.postgresql.local.EmbeddedPostgres}.
 */
package io.bactrian.engines.postgresql.local;
