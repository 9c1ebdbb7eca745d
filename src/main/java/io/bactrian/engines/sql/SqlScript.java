package io.bactrian.engines.sql;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Files of SQL statements. A statement ends with a semicolon at a line's end; a comment has lines of its own. */
public final class SqlScript {

    private SqlScript() {
    }

    /** The {@code *.sql} files of a folder, in the order of their names. */
    public static List<Path> files(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(name -> name.toString().endsWith(".sql")).sorted().toList();
        }
    }

    /** @throws IllegalArgumentException when the last statement is not ended */
    public static List<String> statements(Path file) throws IOException {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        for (String line : Files.readAllLines(file)) {
            if (line.isBlank() || line.stripLeading().startsWith("--")) {
                continue;
            }
            statement.append(line).append('\n');
            if (line.stripTrailing().endsWith(";")) {
                statements.add(statement.substring(0, statement.lastIndexOf(";")));
                statement.setLength(0);
            }
        }
        if (!statement.isEmpty()) {
            throw new IllegalArgumentException(file + ": the last statement does not end with a semicolon at the end of a line: "
                    + statement.toString().strip().lines().findFirst().orElse(""));
        }
        return statements;
    }
}
