package io.bactrian.demo.bookstore;

import io.bactrian.engines.sql.SqlScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The folder whose {@code *.sql} files make the bookstore's databases, read in the order of their names. */
record SqlFolder(Path path) {

    private static final Path USUAL = Path.of("sql", "source");

    /**
     * {@code sql/source} of the working directory, else of the folder that this code was started from or of one above
     * it: {@code java -jar /somewhere/target/bactrian.jar} finds {@code /somewhere/sql/source} from wherever it is
     * called.
     */
    static SqlFolder usual() {
        Path working = Path.of("").toAbsolutePath();
        return Stream.concat(Stream.of(working), startedFrom().stream().flatMap(SqlFolder::andAbove))
                .map(folder -> folder.resolve(USUAL))
                .filter(Files::isDirectory)
                .findFirst()
                .map(SqlFolder::new)
                .orElseThrow(() -> new BookstoreException("The bookstore's tables cannot be made: there is no folder " + USUAL
                        + " in " + working + ", nor beside the program" + startedFrom().map(at -> " (" + at + ")").orElse("")
                        + ". Start bactrian in its own folder, or hand the folder of the SQL files to createTables."));
    }

    /** Each file's statements. */
    List<String> statements() {
        return statements("*");
    }

    /** Those of one database's file; {@code *} is all of them. */
    List<String> statements(String database) {
        try {
            List<String> statements = new ArrayList<>();
            for (Path file : SqlScript.files(path)) {
                if (database.equals("*") || file.endsWith(database + ".sql")) {
                    statements.addAll(SqlScript.statements(file));
                }
            }
            if (statements.isEmpty()) {
                throw new BookstoreException("The bookstore's tables cannot be made: " + path + " holds no " + database + ".sql file with a"
                        + " statement. Restore sql/source from the repository.");
            }
            return statements;
        } catch (IOException failure) {
            throw new UncheckedIOException("Cannot read the SQL files of " + path + ": " + failure.getMessage(), failure);
        } catch (IllegalArgumentException unended) {
            throw new BookstoreException(unended.getMessage());
        }
    }

    private static Optional<Path> startedFrom() {
        CodeSource source = SqlFolder.class.getProtectionDomain().getCodeSource();
        try {
            return source == null ? Optional.empty() : Optional.of(Path.of(source.getLocation().toURI()));
        } catch (URISyntaxException | RuntimeException unusualLocation) {
            return Optional.empty();
        }
    }

    private static Stream<Path> andAbove(Path path) {
        return Stream.iterate(path, folder -> folder != null, Path::getParent);
    }
}
