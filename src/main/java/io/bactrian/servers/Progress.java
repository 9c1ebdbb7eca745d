package io.bactrian.servers;

/** Told what happens while something slow goes on; one line of text each. May be called from any thread. */
@FunctionalInterface
public interface Progress {

    Progress SILENT = line -> {
    };

    void says(String line);
}
