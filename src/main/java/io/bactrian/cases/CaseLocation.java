package io.bactrian.cases;

import java.nio.file.Path;

/** A line of a file, which a message points to: {@code routes/bookstore/cases/customers.yaml:12}. */
record CaseLocation(Path file, int line) {

    CaseLocation down(int lines) {
        return new CaseLocation(file, line + lines);
    }

    @Override
    public String toString() {
        return file + ":" + line;
    }
}
