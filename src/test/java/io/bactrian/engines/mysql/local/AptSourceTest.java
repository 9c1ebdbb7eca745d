package io.bactrian.engines.mysql.local;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AptSourceTest {

    @Test
    void readsParagraphsOfFields() {
        assertThat(AptSource.inDeb822("""
                # a comment
                Types: deb deb-src
                # another
                URIs: http://mirror.example/debian
                suites: bookworm bookworm-updates
                Components: main contrib
                Signed-By: /keys/archive.gpg

                Types: deb
                URIs: http://mirror.example/debian-security
                Suites: bookworm-security
                Components: main
                """)).containsExactly(
                new AptSource(List.of("http://mirror.example/debian"), List.of("bookworm", "bookworm-updates"),
                        List.of("main", "contrib"), Map.of("Signed-By", "/keys/archive.gpg")),
                new AptSource(List.of("http://mirror.example/debian-security"), List.of("bookworm-security"),
                        List.of("main"), Map.of()));
    }

    @Test
    void keepsAKeyThatIsWrittenInTheEntryItself() {
        AptSource source = AptSource.inDeb822("""
                Types: deb
                URIs: http://mirror.example/debian
                Suites: trixie
                Components: main
                Signed-By:
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 mDMEY865UxYJ
                 -----END PGP PUBLIC KEY BLOCK-----
                """).get(0);

        assertThat(source.asDeb822()).contains("""
                Signed-By:\s
                 -----BEGIN PGP PUBLIC KEY BLOCK-----
                 .
                 mDMEY865UxYJ
                 -----END PGP PUBLIC KEY BLOCK-----
                """);
    }

    @Test
    void leavesOutSourcePackagesAndWhatIsSwitchedOff() {
        assertThat(AptSource.inDeb822("""
                Types: deb-src
                URIs: http://mirror.example/debian
                Suites: sid
                Components: main

                Types: deb
                Enabled: No
                URIs: http://mirror.example/debian
                Suites: sid
                Components: main
                """)).isEmpty();
        assertThat(AptSource.inOneLineForm("""
                # deb http://mirror.example/debian sid main
                deb-src http://mirror.example/debian sid main
                """)).isEmpty();
    }

    @Test
    void readsTheOneLineForm() {
        assertThat(AptSource.inOneLineForm("""
                deb http://mirror.example/ubuntu noble main universe  # a remark
                deb [arch=amd64,arm64 signed-by=/keys/some.gpg] https://other.example/ubuntu noble stable
                """)).containsExactly(
                new AptSource(List.of("http://mirror.example/ubuntu"), List.of("noble"), List.of("main", "universe"), Map.of()),
                new AptSource(List.of("https://other.example/ubuntu"), List.of("noble"), List.of("stable"),
                        Map.of("Architectures", "amd64 arm64", "Signed-By", "/keys/some.gpg")));
    }

    @Test
    void writesWhatItReads() {
        AptSource source = new AptSource(List.of("http://mirror.example/debian"), List.of("sid"), List.of("main"),
                Map.of("Signed-By", "/keys/archive.gpg"));

        assertThat(AptSource.inDeb822(source.asDeb822())).containsExactly(source);
    }
}
