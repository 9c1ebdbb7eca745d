package io.bactrian.engines.sql;

import java.util.List;

/** The question marks of statements that take many values. */
public final class Placeholders {

    private Placeholders() {
    }

    /** {@code (?,?),(?,?)}: rows of an INSERT. */
    public static String rows(int columns, int count) {
        return repeated(row(columns), count);
    }

    /**
     * {@code ?,?} for keys of one column, {@code (?,?),(?,?)} for those of more: what is between the brackets of IN.
     */
    public static String keys(int columns, int count) {
        return repeated(columns == 1 ? "?" : row(columns), count);
    }

    /**
     * {@code a in (?,?)} or {@code (a,b) in ((?,?),(?,?))}. @param expressions as they stand in the statement, quoted
     */
    public static String in(List<String> expressions, int count) {
        return (expressions.size() == 1 ? expressions.get(0) : "(" + String.join(",", expressions) + ")") + " in ("
                + keys(expressions.size(), count) + ")";
    }

    private static String row(int columns) {
        return "(" + "?,".repeat(columns - 1) + "?)";
    }

    private static String repeated(String one, int count) {
        return (one + ",").repeat(count - 1) + one;
    }
}
