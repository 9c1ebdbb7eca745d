package io.bactrian.engines.mysql.local;

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

class MySqlSearchTest {

    @TempDir
    Path folder;

    @Test
    void tellsEveryWayTriedAndTheWaysOutWhenThereIsNothing() {
        assertThatThrownBy(() -> search(Optional.empty(), List.of()).find())
                .isInstanceOf(EmbeddedServerException.class)
                .hasMessage("""
                        No MySQL server 8.0.19 or newer to run here. Tried:
                          - BACTRIAN_MYSQLD (or -Dbactrian.mysqld): not set
                          - mysqld on the PATH: none
                          - fetch with apt: no apt-get on the PATH; this way is for Debian and Ubuntu
                        Ways out:
                          - install MySQL (its mysqld on the PATH is enough; it need not run)
                          - name a mysqld: BACTRIAN_MYSQLD=/path/to/mysqld
                          - use servers of your own: write application.properties, then ./bactrian run""");
    }

    @Test
    void refusesANamedServerThatDoesNotRunInsteadOfTakingAnother() {
        assertThatThrownBy(() -> search(Optional.of(folder.resolve("nowhere/mysqld").toString()), List.of()).find())
                .hasMessageContaining("BACTRIAN_MYSQLD (or -Dbactrian.mysqld)=" + folder.resolve("nowhere/mysqld")
                        + ": does not run: ")
                .hasMessageNotContaining("on the PATH: none");
    }

    @Test
    void passesOverMariaDbThatCallsItselfMysqld() throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path mysqld = Files.writeString(bin.resolve("mysqld"),
                "#!/bin/sh\necho 'mysqld  Ver 10.11.11-MariaDB-0+deb12u1 for debian-linux-gnu on x86_64 (Debian 12)'\n");
        Files.setPosixFilePermissions(mysqld, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> search(Optional.empty(), List.of(bin)).find())
                .hasMessageContaining("mysqld on the PATH, " + mysqld
                        + ": is 10.11.11 (MariaDB), needed is MySQL 8.0.19 or newer");
    }

    private MySqlSearch search(Optional<String> named, List<Path> searchPath) {
        return new MySqlSearch(new ServerHome(folder.resolve("home")),
                new Surroundings(named, searchPath, folder.resolve("etc")), Progress.SILENT);
    }
}
