/**
 * MySQL servers that Bactrian starts itself, for the demo and for test cases. It uses {@code engines.mysql},
 * {@code servers} and {@code cases}; nothing that runs in production uses it. Start with
 * {@link io.bactrian.engines.mysql.local.EmbeddedMySql}.
 */
package io.bactrian.engines.mysql.local;
