package io.bactrian.settings;

import java.nio.file.Path;

/** The folder in which a process keeps what is its own: where it listens, its logs, and the servers of a demo. */
public final class WorkFolder {

    /** Names another one. */
    public static final String VARIABLE = "BACTRIAN_HOME";

    private WorkFolder() {
    }

    /** The one that the environment names, else .bactrian under the working directory; it need not be there yet. */
    public static Path standard() {
        String named = System.getenv(VARIABLE);
        return Path.of(named == null || named.isBlank() ? ".bactrian" : named).toAbsolutePath().normalize();
    }
}
