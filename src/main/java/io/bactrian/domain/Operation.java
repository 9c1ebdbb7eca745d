package io.bactrian.domain;

import java.util.Locale;

/** What happened to a row, or to all of them. */
public enum Operation {
    /** The row was there when the snapshot was taken. */
    READ('r'), INSERT('c'), UPDATE('u'), DELETE('d'),
    /** All rows of the table are gone. */
    TRUNCATE('t'),
    /** A re-read of the table has ended: what it did not come across, and no change since it began, is gone. */
    SWEEP('g');

    private final char letter;

    Operation(char letter) {
        this.letter = letter;
    }

    public char letter() {
        return letter;
    }

    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Operation of(String letter) {
        for (Operation operation : values()) {
            if (letter.length() == 1 && operation.letter == letter.charAt(0)) {
                return operation;
            }
        }
        throw new IllegalArgumentException("'" + letter + "' is no operation; expected r, c, u, d, t or g");
    }
}
