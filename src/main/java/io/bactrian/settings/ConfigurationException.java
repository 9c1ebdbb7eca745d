package io.bactrian.settings;

import java.util.List;

/** What is wrong in what the user has written: all of its faults, not the first alone. */
public final class ConfigurationException extends RuntimeException {
    private final transient List<String> faults;

    public ConfigurationException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    List<String> faults() {
        return faults;
    }
}
