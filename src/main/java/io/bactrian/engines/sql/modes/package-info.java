/**
 * One writer for each mode: how rows become the contents of a warehouse table. It uses {@code domain},
 * {@code application} and {@code engines.sql}. Start with {@link io.bactrian.engines.sql.modes.TargetWriter}, then
 * {@link io.bactrian.engines.sql.modes.MirrorWriter}, which is the simplest.
 */
package io.bactrian.engines.sql.modes;
