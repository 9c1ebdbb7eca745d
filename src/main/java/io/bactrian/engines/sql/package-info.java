/**
 * What SQL databases share: connections, the transaction that applies a batch, the tables that it creates, and reading
 * a source for {@code verify}. It uses {@code domain}, {@code application} and {@code engines}; what differs between
 * databases is behind {@link io.bactrian.engines.sql.Dialect}. Start with {@link io.bactrian.engines.sql.SqlWarehouse},
 * then {@link io.bactrian.engines.sql.SqlTransaction}.
 */
package io.bactrian.engines.sql;
