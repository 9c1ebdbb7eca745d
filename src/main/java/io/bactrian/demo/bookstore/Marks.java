package io.bactrian.demo.bookstore;

/** Parameter marks. A statement is prepared once for each number of them, which is why that number is kept small. */
final class Marks {

    private Marks() {
    }

    static String of(int count) {
        return "?, ".repeat(count - 1) + "?";
    }

    static String rows(int rows, int columns) {
        String row = "(" + of(columns) + ")";
        return (row + ", ").repeat(rows - 1) + row;
    }
}
