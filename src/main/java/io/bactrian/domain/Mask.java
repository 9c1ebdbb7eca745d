package io.bactrian.domain;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.List;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Replaces personal values by a keyed hash: equal values stay equal, so that joins and counts work, and without the key
 * nobody can find the value by trying all phone numbers.
 */
public final class Mask {

    private static final String ALGORITHM = "HmacSHA256";
    private static final ColumnType HASH = ColumnType.of(ColumnType.Kind.STRING, 64);

    private final SecretKeySpec key;

    public Mask(String key) {
        if (key == null || key.length() < 16) {
            throw new IllegalArgumentException("bactrian.mask.key has " + (key == null ? 0 : key.length())
                    + " characters, expected at least 16; a short key can be guessed, and with it every masked value");
        }
        this.key = new SecretKeySpec(key.getBytes(StandardCharsets.UTF_8), ALGORITHM);
    }

    /** The change with those columns hashed in both images; NULL stays NULL, a column that is not there is an error. */
    public Change hash(Change change, List<String> columns) {
        Mac mac = mac();
        return change.mapImages(image -> {
            Image masked = image;
            for (String name : columns) {
                int place = image.schema().place(name);
                if (place < 0) {
                    throw new IllegalArgumentException("mask: column '" + name + "' is not in " + change.table() + ", which has "
                            + image.schema().columns().stream().map(Column::name).toList());
                }
                Column column = image.schema().column(place);
                masked = masked.with(new Column(name, HASH, column.nullable()), hash(mac, image.value(place)));
            }
            return masked;
        });
    }

    private static String hash(Mac mac, Object value) {
        if (value == null) {
            return null;
        }
        byte[] bytes = value instanceof byte[] raw ? raw : value.toString().getBytes(StandardCharsets.UTF_8);
        return HexFormat.of().formatHex(mac.doFinal(bytes));
    }

    private Mac mac() {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return mac;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + ALGORITHM + "; this one does not", e);
        }
    }
}
