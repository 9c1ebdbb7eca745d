/**
 * The command line: one class for each command, and what commands print. It uses every other package; none of the
 * packages that a running instance needs uses it. Start with {@link io.bactrian.cli.App}.
 */
package io.bactrian.cli;
