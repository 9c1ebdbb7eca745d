/**
 * A running Bactrian: its parts, wired by hand. It uses every package that a running instance needs; only the commands
 * use it. Start with {@link io.bactrian.main.Bactrian}, the one class.
 */
package io.bactrian.main;
