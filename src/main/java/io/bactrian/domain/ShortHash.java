package io.bactrian.domain;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The first 16 bytes of SHA-256: enough to tell texts, keys and rows apart. Warehouses keep such hashes, so that they
 * must never become others.
 */
public final class ShortHash {

    private static final int BYTES = 16;

    private ShortHash() {
    }

    public static byte[] of(byte[] bytes) {
        MessageDigest digest = begin();
        digest.update(bytes);
        return end(digest);
    }

    /** For what comes in pieces: to be updated with each, then to be given to {@link #end}. */
    public static MessageDigest begin() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has SHA-256; this one does not", e);
        }
    }

    public static byte[] end(MessageDigest digest) {
        return Arrays.copyOf(digest.digest(), BYTES);
    }
}
