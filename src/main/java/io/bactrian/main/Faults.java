package io.bactrian.main;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes of a failed start what the user can act on: the messages of all causes, without stack traces. */
final class Faults {

    private Faults() {
    }

    static ConfigurationException explain(Exception failure) {
        Set<String> said = new LinkedHashSet<>();
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException configuration) {
                return configuration;
            }
            if (cause.getMessage() != null) {
                said.add(cause.getMessage().strip());
            }
        }
        List<String> own = new ArrayList<>();
        for (String message : said) {
            // Camel repeats the cause's message in its own; the shorter one says it.
            if (said.stream().noneMatch(other -> !other.equals(message) && message.contains(other))) {
                own.add(message);
            }
        }
        ConfigurationException explained = new ConfigurationException(own.isEmpty() ? List.of(failure.toString()) : own);
        explained.initCause(failure);
        return explained;
    }
}
