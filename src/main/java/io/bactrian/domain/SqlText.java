package io.bactrian.domain;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What can be seen of a SELECT without a database: which tables it reads and which words occur in it. Not a parser:
 * where it cannot tell, it finds too much, never too little.
 */
final class SqlText {

    private static final Set<String> ENDS_A_FROM = Set.of("where", "group", "order", "having", "union", "except", "intersect", "limit",
            "window",
            "select", "for");
    /** Functions whose arguments may be parted by the word FROM. */
    private static final Set<String> FUNCTIONS_WITH_FROM = Set.of("extract", "trim", "substring", "substr", "position", "overlay");

    private static final Set<String> BEGINS_A_QUERY = Set.of("select", "with", "values", "table");
    private static final Token NONE = new Token("", 0, false, false);

    private final List<Token> tokens = new ArrayList<>();

    /** @param quoted a name that only looks like a word of the language */
    private record Token(String text, int line, boolean name, boolean quoted) {
        boolean is(String other) {
            return !quoted && text.equals(other);
        }

        boolean isOneOf(Set<String> others) {
            return !quoted && others.contains(text);
        }
    }

    SqlText(String sql, int firstLine) {
        int line = firstLine;
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            int begin = i;
            if (Character.isWhitespace(c)) {
                i++;
            } else if (c == '#' || sql.startsWith("--", i) && (i + 2 == sql.length() || sql.charAt(i + 2) <= ' ')) {
                i = end(sql, "\n", i, 0);
            } else if (sql.startsWith("/*!", i)) {
                // MySQL runs what stands in it. Its end is read as two signs, which harm nobody.
                i += 3;
                while (i < sql.length() && Character.isDigit(sql.charAt(i))) {
                    i++;
                }
            } else if (sql.startsWith("/*", i)) {
                i = end(sql, "*/", i + 2, 2);
            } else if (c == '\'') {
                i = endOfText(sql, i);
            } else if (c == '`' || c == '"') {
                i = c == '`' ? end(sql, "`", i + 1, 1) : endOfText(sql, i);
                String inside = sql.substring(begin + 1, Math.max(begin + 1, sql.charAt(i - 1) == c ? i - 1 : i));
                tokens.add(new Token(inside.toLowerCase(Locale.ROOT), line, true, true));
            } else if (Character.isLetter(c) || c == '_') {
                while (i < sql.length() && (Character.isLetterOrDigit(sql.charAt(i)) || sql.charAt(i) == '_' || sql.charAt(i) == '$')) {
                    i++;
                }
                tokens.add(new Token(sql.substring(begin, i).toLowerCase(Locale.ROOT), line, true, false));
            } else {
                i++;
                tokens.add(new Token(String.valueOf(c), line, false, false));
            }
            line += (int) sql.substring(begin, i).chars().filter(one -> one == '\n').count();
        }
    }

    private static int end(String sql, String mark, int from, int beyond) {
        int end = sql.indexOf(mark, from);
        return end < 0 ? sql.length() : end + beyond;
    }

    /** A doubled quote ends one text and begins the next, which comes to the same. */
    private static int endOfText(String sql, int begin) {
        for (int i = begin + 1; i < sql.length(); i++) {
            if (sql.charAt(i) == '\\') {
                i++;
            } else if (sql.charAt(i) == sql.charAt(begin)) {
                return i + 1;
            }
        }
        return sql.length();
    }

    private Token at(int place) {
        return place >= 0 && place < tokens.size() ? tokens.get(place) : NONE;
    }

    boolean begins(String... words) {
        return at(0).isOneOf(Set.of(words));
    }

    /** Whether nothing but one statement is in it. */
    boolean isOneStatement() {
        return tokens.stream().noneMatch(token -> token.is(";"));
    }

    /** Where a name that a WITH defines stands for that: from its definition on, in a recursive one within it too. */
    private record Defined(String name, int from, int to) {
    }

    private List<Defined> defined() {
        List<Defined> all = new ArrayList<>();
        for (int i = 0; i < tokens.size(); i++) {
            int as = at(i + 1).is("(") ? close(i + 1) + 1 : i + 1;
            int with = at(i).name() && at(as).is("as") && at(as + 1).is("(") && isQuery(as + 1) ? withBefore(i) : -1;
            if (with >= 0) {
                all.add(new Defined(at(i).text(), at(with + 1).is("recursive") ? i : close(as + 1), close(i)));
            }
        }
        return all;
    }

    /** Whether the parenthesis holds a query, not tables. */
    private boolean isQuery(int open) {
        int first = open;
        while (at(first).is("(")) {
            first++;
        }
        return at(first).isOneOf(BEGINS_A_QUERY);
    }

    private int withBefore(int place) {
        int depth = 0;
        for (int i = place - 1; i >= 0 && depth >= 0; i--) {
            if (depth == 0 && at(i).is("with")) {
                return i;
            }
            depth += at(i).is(")") ? 1 : at(i).is("(") ? -1 : 0;
        }
        return -1;
    }

    /** The end of the parenthesis that opens there or that the position is in. */
    private int close(int place) {
        int depth = at(place).is("(") ? 0 : 1;
        for (int i = place; i < tokens.size(); i++) {
            depth += at(i).is("(") ? 1 : at(i).is(")") ? -1 : 0;
            if (depth == 0) {
                return i;
            }
        }
        return tokens.size();
    }

    /** The tables read, with the line of the first mention; names that a WITH defines are not among them. */
    Map<String, Integer> tables() {
        List<Defined> defined = defined();
        Map<String, Integer> tables = new LinkedHashMap<>();
        Deque<Boolean> inFrom = new ArrayDeque<>(List.of(false));
        Deque<Boolean> inFunction = new ArrayDeque<>(List.of(false));
        boolean expected = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = at(i);
            if (token.is("(")) {
                inFunction.push(at(i - 1).isOneOf(FUNCTIONS_WITH_FROM));
                // FROM (a JOIN b …): what stands in the parenthesis is still a table.
                inFrom.push(expected && !at(i + 1).isOneOf(BEGINS_A_QUERY));
                expected = inFrom.peek();
            } else if (token.is(")")) {
                if (inFrom.size() > 1) {
                    inFrom.pop();
                    inFunction.pop();
                }
                expected = false;
            } else if (token.is(",")) {
                expected = inFrom.peek();
            } else if (!inFunction.peek()
                    && (token.is("join") || token.is("straight_join") && inFrom.peek() || token.is("from") && !at(i - 1).is("distinct"))) {
                inFrom.pop();
                inFrom.push(true);
                expected = true;
            } else if (token.is("lateral") || token.is("table")) {
                expected = true;
            } else if (token.isOneOf(ENDS_A_FROM)) {
                inFrom.pop();
                inFrom.push(false);
                expected = false;
            } else if (expected && token.name()) {
                int last = i;
                while (at(last + 1).is(".") && at(last + 2).name()) {
                    last += 2;
                }
                int place = i;
                String name = last > i ? token.text() + "." + at(last).text() : token.text();
                boolean function = !token.quoted() && at(last + 1).is("(");
                boolean stands = last > i || defined.stream().noneMatch(d -> d.name().equals(name) && d.from() <= place && place < d.to());
                if (!function && stands && !token.is("dual")) {
                    tables.putIfAbsent(name, token.line());
                }
                i = last;
                expected = false;
            }
        }
        return tables;
    }

    /** Every word, names of columns among them. */
    Set<String> words() {
        Set<String> words = new HashSet<>();
        tokens.stream().filter(Token::name).forEach(token -> words.add(token.text()));
        return words;
    }

    /**
     * Whether it takes columns that it does not name: {@code select *}, {@code b.*}, {@code table b}, a NATURAL JOIN;
     * not {@code count(*)} and not a multiplication.
     */
    boolean takesAllColumns() {
        for (int i = 0; i < tokens.size(); i++) {
            Token next = at(i + 1);
            boolean star = at(i).is("*") && (at(i - 1).is(".")
                    || !at(i - 1).is("(") && (next == NONE || next.is("from") || next.is(",") || next.is(")")));
            if (star || at(i).is("natural") || at(i).is("table")) {
                return true;
            }
        }
        return false;
    }
}
