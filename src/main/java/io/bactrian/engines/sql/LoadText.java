package io.bactrian.engines.sql;

import java.math.BigDecimal;
import java.util.Arrays;

/** Rows as LOAD DATA and COPY read them: UTF-8, tabs between fields, {@code \N} for NULL, bytes as hex digits. */
public final class LoadText {

    private static final byte[] HEX = "0123456789abcdef".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final byte[] beforeHex;
    private byte[] bytes = new byte[1 << 18];
    private int length;

    /** @param beforeHex what tells the database that hex digits follow, escaped as it wants it */
    public LoadText(String beforeHex) {
        this.beforeHex = beforeHex.getBytes(java.nio.charset.StandardCharsets.US_ASCII);
    }

    public void field(Object value, boolean last) {
        if (value == null) {
            room(3);
            bytes[length++] = '\\';
            bytes[length++] = 'N';
        } else if (value instanceof byte[] raw) {
            room(beforeHex.length + 2 * raw.length + 1);
            System.arraycopy(beforeHex, 0, bytes, length, beforeHex.length);
            length += beforeHex.length;
            for (byte b : raw) {
                bytes[length++] = HEX[(b >> 4) & 15];
                bytes[length++] = HEX[b & 15];
            }
        } else if (value instanceof Long number) {
            number(number);
        } else if (value instanceof BigDecimal decimal) {
            text(decimal.toPlainString());
        } else {
            text(value.toString());
        }
        room(1);
        bytes[length++] = (byte) (last ? '\n' : '\t');
    }

    private void number(long number) {
        if (number == Long.MIN_VALUE) {
            text(Long.toString(number));
            return;
        }
        room(20);
        long rest = Math.abs(number);
        int digits = 1;
        for (long power = 10; digits < 19 && rest >= power; power *= 10) {
            digits++;
        }
        if (number < 0) {
            bytes[length++] = '-';
        }
        for (int i = length + digits - 1; i >= length; i--) {
            bytes[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
        length += digits;
    }

    private void text(String text) {
        int chars = text.length();
        room(3 * chars);
        int at = length;
        for (int i = 0; i < chars; i++) {
            char c = text.charAt(i);
            if (c < 0x80) {
                if (c == '\t' || c == '\n' || c == '\r' || c == '\\' || c == 0) {
                    bytes[at++] = '\\';
                    bytes[at++] = (byte) (c == '\t' ? 't' : c == '\n' ? 'n' : c == '\r' ? 'r' : c == 0 ? '0' : '\\');
                } else {
                    bytes[at++] = (byte) c;
                }
            } else if (c < 0x800) {
                bytes[at++] = (byte) (0xc0 | c >> 6);
                bytes[at++] = (byte) (0x80 | c & 0x3f);
            } else if (Character.isHighSurrogate(c) && i + 1 < chars && Character.isLowSurrogate(text.charAt(i + 1))) {
                int point = Character.toCodePoint(c, text.charAt(++i));
                bytes[at++] = (byte) (0xf0 | point >> 18);
                bytes[at++] = (byte) (0x80 | point >> 12 & 0x3f);
                bytes[at++] = (byte) (0x80 | point >> 6 & 0x3f);
                bytes[at++] = (byte) (0x80 | point & 0x3f);
            } else {
                bytes[at++] = (byte) (0xe0 | c >> 12);
                bytes[at++] = (byte) (0x80 | c >> 6 & 0x3f);
                bytes[at++] = (byte) (0x80 | c & 0x3f);
            }
        }
        length = at;
    }

    private void room(int needed) {
        if (length + (long) needed > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, Math.addExact(length, needed)));
        }
    }

    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }
}
