package io.bactrian.domain;

import java.util.regex.Pattern;

/**
 * What a server or a library says in several lines, in one: logs, health and dead letters have one line for a reason.
 */
public final class OneLine {

    private static final Pattern BREAK = Pattern.compile("\\s*\\R\\s*");

    private OneLine() {
    }

    /** The text with a blank for each line break and the blanks around it. */
    public static String of(String text) {
        return BREAK.matcher(text).replaceAll(" ");
    }
}
