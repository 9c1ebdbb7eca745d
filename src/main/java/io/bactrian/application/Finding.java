package io.bactrian.application;

/**
 * One thing that a look at the configuration or at a server has brought up.
 *
 * @param part whose it is, such as {@code source shop}
 * @param found what was found, and what was expected where that is something else
 * @param consequence what follows when it stays so; empty for what is right
 * @param remedy a statement, a setting or a step; empty for what is right
 */
public record Finding(Level level, String part, String found, String consequence, String remedy) {

    public enum Level {
        OK,
        /** It runs like this; something is slower, or will go wrong one day. */
        WARNING,
        /** It does not run like this, or loses something. */
        FAULT
    }
}
