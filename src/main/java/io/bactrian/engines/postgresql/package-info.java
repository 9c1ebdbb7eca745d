/**
 * Everything about PostgreSQL, as a source and as a warehouse: its log and slot, tables, types, statements, errors,
 * checks and proposals. It uses {@code engines}, {@code engines.sql}, and what captures share in
 * {@code infrastructure.capture}; no other engine. Start with {@link io.bactrian.engines.postgresql.PostgresEngine},
 * through which all of it is found.
 */
package io.bactrian.engines.postgresql;
