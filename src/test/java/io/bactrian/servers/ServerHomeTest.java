package io.bactrian.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ServerHomeTest {

    @TempDir
    Path folder;

    @Test
    void keepsBinariesAndDataTogetherUnlessTold() {
        ServerHome home = new ServerHome(folder.resolve("home"));

        assertThat(home.folder()).isAbsolute().isDirectory();
        assertThat(home.data("store")).isEqualTo(home.folder().resolve("data/store"));
        ServerHome elsewhere = home.withData(folder.resolve("elsewhere"));
        assertThat(elsewhere.folder()).isEqualTo(home.folder());
        assertThat(elsewhere.data("store")).isEqualTo(folder.resolve("elsewhere/data/store"));
    }

    @Test
    void cleansUpAServerThatWasLeftBehind() throws IOException {
        ServerHome home = new ServerHome(folder);
        Process leftover = new ProcessBuilder("sleep", "1000").start();
        // A program that has only just been loaded has no command line for a moment.
        await().until(() -> leftover.info().commandLine().filter(line -> line.contains("sleep")).isPresent());
        Files.createDirectories(folder.resolve("run"));
        Files.writeString(home.pidFile("store"), leftover.pid() + "\nsleep\n");
        List<String> said = new ArrayList<>();

        home.cleanUp(said::add);

        assertThat(leftover.onExit()).succeedsWithin(Duration.ofSeconds(5));
        assertThat(said).containsExactly(
                "stopping store, process " + leftover.pid() + ", which an earlier run left behind");
        assertThat(home.pidFile("store")).isEmptyFile();
    }

    @Test
    void sparesAProcessThatGotADeadServersPid() throws IOException {
        ServerHome home = new ServerHome(folder);
        Process innocent = new ProcessBuilder("sleep", "1000").start();
        try {
            Files.createDirectories(folder.resolve("run"));
            Files.writeString(home.pidFile("store"), innocent.pid() + "\n--datadir=" + home.data("store") + "\n");

            home.cleanUp(Progress.SILENT);

            assertThat(innocent.isAlive()).isTrue();
            assertThat(home.pidFile("store")).isEmptyFile();
        } finally {
            innocent.destroyForcibly();
        }
    }

    @Test
    void sparesAServerWhoseParentIsAlive() throws IOException {
        ServerHome home = new ServerHome(folder);
        Process server = new ProcessBuilder("sleep", "1000").start();
        try (ServerMark mark = ServerMark.take(home, "store", Progress.SILENT)) {
            mark.write(server.pid(), "sleep");

            home.cleanUp(Progress.SILENT);

            assertThat(server.isAlive()).isTrue();
        } finally {
            server.destroyForcibly();
        }
    }

    @Test
    void refusesANameThatIsNoFolderName() {
        assertThatThrownBy(() -> ServerMark.take(new ServerHome(folder), "../store", Progress.SILENT))
                .hasMessageStartingWith("'../store' is no name for a server");
    }
}
