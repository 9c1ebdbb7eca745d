package io.bactrian.engines.mysql.local;

import io.bactrian.servers.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * MySQL unpacked from a distribution's packages under a folder, with every library it needs, the C library included:
 * called through its own loader, it does not matter what this machine has.
 */
public record MySqlPrefix(Path folder) {

    private static final List<String> PROGRAMS = List.of("mysql", "mysqldump", "mysqlbinlog", "mysqladmin");

    public MySqlBinaries.Probe probe() {
        try {
            Optional<Path> loader = loader();
            return loader.isEmpty()
                    ? new MySqlBinaries.Probe(Optional.empty(), "has no loader (ld-linux-*) under usr/lib or lib")
                    : MySqlBinaries.probe(server(loader.get()), Optional.of(client(loader.get())));
        } catch (IOException e) {
            return new MySqlBinaries.Probe(Optional.empty(), "cannot be read: " + e);
        }
    }

    private List<String> server(Path loader) throws IOException {
        List<String> words = through(loader, folder.resolve("usr/sbin/mysqld"));
        words.addAll(List.of(
                "--no-defaults",
                "--basedir=" + folder.resolve("usr"),
                "--lc-messages-dir=" + folder.resolve("usr/share/mysql"),
                "--character-sets-dir=" + folder.resolve("usr/share/mysql/charsets"),
                "--plugin-dir=" + folder.resolve("usr/lib/mysql/plugin")));
        return words;
    }

    private List<String> client(Path loader) throws IOException {
        List<String> words = through(loader, folder.resolve("usr/bin/mysql"));
        words.addAll(List.of(
                "--no-defaults",
                "--character-sets-dir=" + folder.resolve("usr/share/mysql/charsets"),
                "--plugin-dir=" + folder.resolve("usr/lib/mysql/plugin")));
        return words;
    }

    private List<String> through(Path loader, Path program) throws IOException {
        return new ArrayList<>(List.of(loader.toString(), "--library-path", libraries(), program.toString()));
    }

    /** Debian keeps libraries in lib/&lt;machine&gt;-linux-gnu; before the merge of / and /usr also outside usr. */
    private String libraries() throws IOException {
        return libraryFolders().map(Path::toString).collect(Collectors.joining(":"));
    }

    private Stream<Path> libraryFolders() throws IOException {
        List<Path> folders = new ArrayList<>();
        for (String parent : List.of("usr/lib", "lib")) {
            for (Path child : FileTree.children(folder.resolve(parent))) {
                if (child.getFileName().toString().matches(".+-linux-gnu.*")) {
                    folders.add(child);
                }
            }
        }
        return folders.stream();
    }

    private Optional<Path> loader() throws IOException {
        for (Path libraries : libraryFolders().toList()) {
            for (Path library : FileTree.children(libraries)) {
                if (library.getFileName().toString().matches("ld-linux.*\\.so\\.\\d+")) {
                    return Optional.of(library);
                }
            }
        }
        return Optional.empty();
    }

    /** Says in the prefix itself where it came from; sid moves on, and this copy does not. */
    public void record(String origin, List<Path> packages) throws IOException {
        Files.writeString(folder.resolve("ORIGIN"), packages.stream()
                .map(file -> file.getFileName().toString())
                .sorted(Comparator.comparing(name -> !name.startsWith("mysql-")))
                .collect(Collectors.joining("\n", "Fetched " + Instant.now() + " from " + origin + ":\n", "\n")));
    }

    /** Two thirds of what the packages hold is of no use to us. */
    public void prune() throws IOException {
        for (Path program : FileTree.children(folder.resolve("usr/bin"))) {
            if (!PROGRAMS.contains(program.getFileName().toString())) {
                Files.delete(program);
            }
        }
        for (Path shared : FileTree.children(folder.resolve("usr/share"))) {
            if (!shared.getFileName().toString().equals("mysql")) {
                new FileTree(shared).delete();
            }
        }
    }
}
