package io.bactrian.demo.bookstore;

import java.math.BigDecimal;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HexFormat;

/**
 * Values as SQL text, for statements that travel together and so cannot be prepared. As the SQL standard has it, and
 * MySQL by the sql_mode that its sessions are given: a quote is written twice, and a backslash is one.
 */
final class Literals {

    private Literals() {
    }

    /** {@code sql} with a literal in place of each question mark; there is none in the statement's own text. */
    static void appendStatement(StringBuilder text, String sql, Object... values) {
        int from = 0;
        for (Object value : values) {
            int mark = sql.indexOf('?', from);
            text.append(sql, from, mark);
            append(text, value);
            from = mark + 1;
        }
        text.append(sql, from, sql.length());
    }

    static void append(StringBuilder text, Object value) {
        if (value == null || value instanceof Number || value instanceof Boolean) {
            text.append(value instanceof BigDecimal number ? number.toPlainString() : value);
        } else if (value instanceof String string) {
            appendString(text, string);
        } else if (value instanceof LocalDateTime || value instanceof LocalDate) {
            text.append('\'').append(value).append('\'');
        } else if (value instanceof byte[] bytes) {
            // For MySQL: to PostgreSQL these would be bits.
            text.append("X'").append(HexFormat.of().formatHex(bytes)).append('\'');
        } else {
            throw new IllegalArgumentException("There is no SQL literal for a " + value.getClass().getName() + "; teach it here.");
        }
    }

    private static void appendString(StringBuilder text, String string) {
        text.append('\'');
        for (int i = 0; i < string.length(); i++) {
            char c = string.charAt(i);
            if (c == '\'') {
                text.append(c);
            }
            text.append(c);
        }
        text.append('\'');
    }
}
