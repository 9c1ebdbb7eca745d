package io.bactrian.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FreePortTest {

    @TempDir
    Path folder;

    @Test
    void isTheSameAgain() {
        Path file = folder.resolve("store/port");

        assertThat(FreePort.rememberedIn(file, Progress.SILENT)).isEqualTo(FreePort.rememberedIn(file, Progress.SILENT));
    }

    @Test
    void isAnotherWhenSomebodyTookIt() throws IOException {
        Path file = folder.resolve("store/port");
        List<String> said = new ArrayList<>();
        int before = FreePort.rememberedIn(file, Progress.SILENT);

        try (ServerSocket somebody = new ServerSocket(before, 1, InetAddress.getLoopbackAddress())) {
            assertThat(FreePort.rememberedIn(file, said::add)).isNotEqualTo(somebody.getLocalPort());
        }

        assertThat(said).containsExactly("port " + before + " is taken by somebody else now; choosing another for store");
    }
}
