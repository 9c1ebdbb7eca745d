package io.bactrian.application;

import io.bactrian.application.Finding.Level;
import java.util.ArrayList;
import java.util.List;

/** What is found about one part, in the order of the questions. */
public final class Findings {

    private final String part;
    private final List<Finding> all = new ArrayList<>();

    public Findings(String part) {
        this.part = part;
    }

    public void ok(String found) {
        all.add(new Finding(Level.OK, part, found, "", ""));
    }

    public void warning(String found, String consequence, String remedy) {
        all.add(new Finding(Level.WARNING, part, found, consequence, remedy));
    }

    public void fault(String found, String consequence, String remedy) {
        all.add(new Finding(Level.FAULT, part, found, consequence, remedy));
    }

    public List<Finding> all() {
        return List.copyOf(all);
    }

    public static String count(long number, String what) {
        return (number == 0 ? "no" : Long.toString(number)) + " " + what + (number == 1 ? "" : "s");
    }

    /** The first few of many, for a sentence. */
    public static String some(List<String> names) {
        int shown = Math.min(names.size(), 5);
        return String.join(", ", names.subList(0, shown)) + (names.size() > shown ? " and " + (names.size() - shown) + " more" : "");
    }
}
