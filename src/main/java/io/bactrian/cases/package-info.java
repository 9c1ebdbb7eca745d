/**
 * {@code bactrian test}: golden cases, that is changes and the rows that the routes must make of them, run on real
 * databases. It uses every package but {@code main}, {@code cli} and {@code demo}. Start with
 * {@link io.bactrian.cases.TestCommand}, then {@code GoldenCase} and {@code CaseRunner}.
 */
package io.bactrian.cases;
