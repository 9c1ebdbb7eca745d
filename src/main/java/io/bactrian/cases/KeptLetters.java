package io.bactrian.cases;

import io.bactrian.application.DeadLetters;
import io.bactrian.domain.DeadLetter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The dead letters of one case. */
final class KeptLetters implements DeadLetters {

    private final Map<String, DeadLetter> letters = new LinkedHashMap<>();

    @Override
    public void keep(List<DeadLetter> some) {
        some.forEach(letter -> letters.put(letter.id(), letter));
    }

    @Override
    public List<DeadLetter> list(String pipeline) {
        return new ArrayList<>(letters.values());
    }

    @Override
    public void forget(String pipeline, String id) {
        letters.remove(id);
    }
}
