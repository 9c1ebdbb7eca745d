package io.bactrian.cases;

import java.util.List;

/** Nothing can be tested as it is written; all faults at once. */
public final class CaseFaultsException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final transient List<String> faults;

    CaseFaultsException(List<String> faults) {
        super(String.join(System.lineSeparator(), faults));
        this.faults = List.copyOf(faults);
    }

    public List<String> faults() {
        return faults;
    }
}
