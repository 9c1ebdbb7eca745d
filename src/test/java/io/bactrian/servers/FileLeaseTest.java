package io.bactrian.servers;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseTest {

    @TempDir
    Path folder;

    @Test
    void hasOneHolderAtATime() {
        Path file = folder.resolve("some.lock");

        try (FileLease lease = FileLease.tryTake(file).orElseThrow()) {
            assertThat(lease).isNotNull();
            assertThat(FileLease.tryTake(file)).isEmpty();
        }
        FileLease next = FileLease.tryTake(file).orElseThrow();
        next.close();
    }

    @Test
    void keepsWhatItsHolderWrote() throws IOException {
        Path file = folder.resolve("some.pid");
        try (FileLease lease = FileLease.tryTake(file).orElseThrow()) {
            lease.write("a longer text\n");
            lease.write("1234\n");
        }

        try (FileLease lease = FileLease.tryTake(file).orElseThrow()) {
            assertThat(lease.read()).isEqualTo("1234\n");
        }
    }
}
