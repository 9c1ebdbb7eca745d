package io.bactrian.domain;

import java.math.BigDecimal;
import java.util.Map;
import java.util.TreeMap;

/**
 * A JSON document in the one form that all texts of it have in common: databases part its tokens by blanks of their
 * own, put its members in orders of their own, and write its numbers with more or fewer digits.
 */
final class JsonText {

    private final String text;
    private int at;

    private JsonText(String text) {
        this.text = text;
    }

    /** The text itself, where it is no JSON. */
    static String canonical(String text) {
        try {
            JsonText json = new JsonText(text);
            StringBuilder out = new StringBuilder();
            json.value(out);
            return json.next() == 0 ? out.toString() : text;
        } catch (IllegalArgumentException e) {
            return text;
        }
    }

    /** The next token's first character; 0 at the end. */
    private char next() {
        while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
            at++;
        }
        return at < text.length() ? text.charAt(at) : 0;
    }

    private char take() {
        if (at >= text.length()) {
            throw new IllegalArgumentException("it ends too early");
        }
        return text.charAt(at++);
    }

    private void value(StringBuilder out) {
        switch (next()) {
            case '{' -> object(out);
            case '[' -> array(out);
            case '"' -> out.append('"').append(string()).append('"');
            default -> word(out);
        }
    }

    private void object(StringBuilder out) {
        Map<String, String> members = new TreeMap<>();
        char c = take();
        while (c != '}') {
            if (next() == '}' && members.isEmpty()) {
                at++;
                break;
            }
            next();
            String name = string();
            next();
            if (take() != ':') {
                throw new IllegalArgumentException("a member without a colon");
            }
            StringBuilder member = new StringBuilder();
            value(member);
            members.put(name, member.toString());
            next();
            c = end('}');
        }
        out.append('{');
        members.forEach((name, member) -> out.append('"').append(name).append("\":").append(member).append(','));
        out.append('}');
    }

    private void array(StringBuilder out) {
        out.append(take());
        char c = next() == ']' ? take() : ',';
        while (c != ']') {
            value(out);
            out.append(',');
            next();
            c = end(']');
        }
        out.append(']');
    }

    private char end(char closing) {
        char c = take();
        if (c != ',' && c != closing) {
            throw new IllegalArgumentException("neither a comma nor an end");
        }
        return c;
    }

    private String string() {
        if (take() != '"') {
            throw new IllegalArgumentException("no string");
        }
        StringBuilder out = new StringBuilder();
        for (char c = take(); c != '"'; c = take()) {
            if (c != '\\') {
                out.append(c);
                continue;
            }
            char escaped = take();
            out.append(switch (escaped) {
                case 'n' -> '\n';
                case 't' -> '\t';
                case 'r' -> '\r';
                case 'b' -> '\b';
                case 'f' -> '\f';
                case 'u' -> (char) Integer.parseInt("" + take() + take() + take() + take(), 16);
                default -> escaped;
            });
        }
        // What ends a string must not stand in one.
        return out.toString().replace("\\", "\\\\").replace("\"", "\\\"");
    }

    private void word(StringBuilder out) {
        int begin = at;
        while (at < text.length() && ",]} \t\r\n".indexOf(text.charAt(at)) < 0) {
            at++;
        }
        String word = text.substring(begin, at);
        if (word.equals("true") || word.equals("false") || word.equals("null")) {
            out.append(word);
        } else {
            out.append(new BigDecimal(word).stripTrailingZeros());
        }
    }
}
