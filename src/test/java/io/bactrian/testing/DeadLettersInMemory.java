package io.bactrian.testing;

import io.bactrian.application.DeadLetters;
import io.bactrian.domain.DeadLetter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Dead letters in a map, by their id. */
public final class DeadLettersInMemory implements DeadLetters {

    public final Map<String, DeadLetter> letters = new LinkedHashMap<>();
    public boolean away;
    private final List<String> calls;

    public DeadLettersInMemory() {
        this(new ArrayList<>());
    }

    public DeadLettersInMemory(List<String> calls) {
        this.calls = calls;
    }

    @Override
    public void keep(List<DeadLetter> some) {
        calls.add("keep " + some.size());
        if (away) {
            throw new IllegalStateException("Kafka is away");
        }
        some.forEach(letter -> letters.put(letter.id(), letter));
    }

    @Override
    public List<DeadLetter> list(String pipeline) {
        return letters.values().stream().filter(letter -> letter.pipeline().equals(pipeline)).toList();
    }

    @Override
    public void forget(String pipeline, String id) {
        calls.add("forget");
        letters.remove(id);
    }
}
