package io.bactrian.application;

import java.util.List;

/**
 * The tables of a warehouse that keep a history, whoever writes them. What it throws means "not now, for nobody"; it
 * changes nothing, so repeating it is safe.
 */
public interface Histories {

    List<HistoryTable> list();

    /**
     * What breaks the law of a history, naming the first keys that do; empty if all keep it: the versions of a key are
     * numbered 1, 2, 3 …, each ends where the next begins or, when its row was deleted, before, and only the last may
     * be open.
     */
    List<String> violations(HistoryTable history);

    record HistoryTable(String table, List<String> key) {
    }
}
