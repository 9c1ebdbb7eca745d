/**
 * Everything about MySQL, as a source and as a warehouse: its log, tables, types, statements, errors, checks and
 * proposals. It uses {@code engines}, {@code engines.sql}, and what captures share in {@code infrastructure.capture};
 * no other engine. Start with {@link io.bactrian.engines.mysql.MySqlEngine}, through which all of it is found.
 */
package io.bactrian.engines.mysql;
