package io.bactrian.cases;

import java.nio.file.Path;

/** A line of a file, which a message points to: {@code routes/bookstore/cases/customers.yaml:12}. */
record Place(Path file, int line) {

    Place down(int lines) {
        return new Place(file, line + lines);
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
