package io.bactrian.main;

import java.util.List;

/** Faults in what the user has written; all of them. */
public final class ConfigurationException extends RuntimeException {
    private final transient List<String> faults;

    ConfigurationException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    List<String> faults() {
        return faults;
    }
}
