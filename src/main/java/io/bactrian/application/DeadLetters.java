package io.bactrian.application;

import io.bactrian.domain.DeadLetter;
import java.util.List;

/** Where dead letters are kept, whole, until somebody replays or discards them. */
public interface DeadLetters {

    /**
     * Keeps them; returns when they are safe. Repeating it is safe: a dead letter is named by its change and route.
     *
     * @throws RuntimeException when they could not be kept; the batch must not be committed then
     */
    void keep(List<DeadLetter> letters);

    /** Those of a pipeline that were neither replayed nor discarded, oldest first. */
    List<DeadLetter> list(String pipeline);

    /** Forgets one; repeating it is safe. */
    void forget(String pipeline, String id);
}
