package io.bactrian.engines.mysql.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AptSourcesTest {

    @TempDir
    Path etc;

    @Test
    void takesSidFromWhereDebianItselfComesFromWithTheSameKey() throws IOException {
        release("debian", "bookworm");
        file("apt/sources.list.d/a-third-party.list", "deb http://tools.example/apt bookworm main\n");
        file("apt/sources.list.d/debian.sources", """
                Types: deb
                URIs: http://mirror.example/debian-security
                Suites: bookworm-security
                Components: main

                Types: deb
                URIs: http://mirror.example/debian/
                Suites: bookworm bookworm-updates
                Components: main
                Signed-By: /keys/archive.gpg
                """);

        Map<String, List<AptSource>> sets = AptSources.of(etc).worthTrying();

        assertThat(sets.keySet()).containsExactly(
                "Debian sid at http://mirror.example/debian/", "Debian sid at http://tools.example/apt");
        assertThat(sets.values().iterator().next()).containsExactly(new AptSource(
                List.of("http://mirror.example/debian/"), List.of("sid"), List.of("main"),
                Map.of("Signed-By", "/keys/archive.gpg")));
    }

    @Test
    void takesUbuntusOwnSuitesAsTheyAre() throws IOException {
        release("ubuntu", "noble");
        file("apt/sources.list", "deb http://mirror.example/ubuntu noble main\n");

        assertThat(AptSources.of(etc).worthTrying().values()).containsExactly(List.of(new AptSource(
                List.of("http://mirror.example/ubuntu"), List.of("noble"), List.of("main"), Map.of())));
    }

    @Test
    void hasNothingToTryOnASystemWithoutApt() throws IOException {
        release("fedora", "");

        assertThat(AptSources.of(etc).worthTrying()).isEmpty();
    }

    private void release(String id, String codename) throws IOException {
        file("os-release", "NAME=\"Some system\"\nID=" + id + "\nVERSION_CODENAME=\"" + codename + "\"\n");
    }

    private void file(String name, String text) throws IOException {
        Path file = etc.resolve(name);
        Files.createDirectories(file.getParent());
        Files.writeString(file, text);
    }
}
