package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class ShortHashTest {

    /** Warehouses hold such hashes. */
    @Test
    void itStaysTheSameFromVersionToVersion() {
        assertThat(HexFormat.of().formatHex(ShortHash.of("abc".getBytes(StandardCharsets.UTF_8))))
                .isEqualTo("ba7816bf8f01cfea414140de5dae2223");
    }

    @Test
    void piecesGiveTheHashOfTheWhole() {
        MessageDigest digest = ShortHash.begin();
        digest.update((byte) 'a');
        digest.update(new byte[]{'b', 'c'});

        assertThat(ShortHash.end(digest)).isEqualTo(ShortHash.of(new byte[]{'a', 'b', 'c'}));
    }
}
