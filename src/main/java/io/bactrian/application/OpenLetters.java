package io.bactrian.application;

import java.util.Map;

/**
 * The entries of dead letters that a warehouse keeps, seen from outside of a batch; {@link LetterEntries} writes them.
 * What it throws means "not now, for nobody"; it changes nothing, so repeating it is safe.
 */
public interface OpenLetters {

    /** Dead letters that nobody has replayed or discarded yet, by pipeline; a pipeline without any is absent. */
    Map<String, Long> openDeadLetters();
}
