package io.bactrian.engines.postgresql.local;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.servers.EmbeddedServerException;
import io.bactrian.servers.Progress;
import io.bactrian.servers.ServerHome;
import io.bactrian.servers.Surroundings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresSearchTest {

    @TempDir
    Path folder;

    @Test
    void refusesANamedServerThatDoesNotRunInsteadOfTakingAnother() {
        assertThatThrownBy(() -> search(Optional.of(folder.resolve("nowhere/postgres").toString()), List.of()).find())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessageStartingWith(
                        "No PostgreSQL server 14 or newer to run here. Tried:\n  - BACTRIAN_POSTGRES (or -Dbactrian.postgres)="
                                + folder.resolve("nowhere/postgres") + ": is not there\nWays out:");
    }

    @Test
    void passesOverOneThatIsTooOldOrHasNoInitdbAndSaysWhyNothingWasFetched() throws IOException {
        program("old", "postgres", "(PostgreSQL) 9.6.24");
        program("bare", "postgres", "(PostgreSQL) 17.6 (Debian)");

        assertThatThrownBy(() -> search(Optional.empty(), List.of(folder.resolve("old"), folder.resolve("bare"))).find())
                .hasMessageContaining("is 9.6.24, needed is PostgreSQL 14 or newer")
                .hasMessageContaining("is 17.6, but there is no initdb beside it")
                .hasMessageContaining("fetch from Maven Central: there is no tar on the PATH to unpack it with");
    }

    private void program(String in, String name, String says) throws IOException {
        Path program = Files.writeString(Files.createDirectories(folder.resolve(in)).resolve(name),
                "#!/bin/sh\necho 'postgres " + says + "'\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private PostgresSearch search(Optional<String> named, List<Path> searchPath) {
        return new PostgresSearch(new ServerHome(folder.resolve("home")), named,
                new Surroundings(Optional.empty(), searchPath, folder.resolve("etc")), Progress.SILENT);
    }
}
