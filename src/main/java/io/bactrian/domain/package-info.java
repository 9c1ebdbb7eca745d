/**
 * What a change, a row, a schema and a model are, and what follows from them without any server: conversions,
 * conditions, masks, chains of history. It uses only {@code java.*} and {@code javax.crypto}; every other package may
 * use it. Start with {@link io.bactrian.domain.Change}, then {@link io.bactrian.domain.Row} and
 * {@link io.bactrian.domain.HistoryChain}.
 */
package io.bactrian.domain;
