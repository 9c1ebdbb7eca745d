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
 * What can be seen of a SELECT without a database: which tables it reads and which words occur in it. Not a parser: where it
 * cannot tell, it finds too much, never too little.
 */
final class SqlText {

    private static final Set<String> ENDS_A_FROM = Set.of("where", "group", "order", "having", "union", "except", "intersect", "limit", "window",
            "select", "for");
    /** Functions whose arguments may be parted by the word FROM. */
    private static final Set<String> FUNCTIONS_WITH_FROM = Set.of("extract", "trim", "substring", "substr", "position", "overlay");

    private final List<Token> tokens = new ArrayList<>();

    private record Token(String text, int line, boolean word) {
        boolean is(String other) {
            return text.equals(other);
        }
    }

    SqlText(String sql, int firstLine) {
        int line = firstLine;
        int i = 0;
        while (i < sql.length()) {
            char c = sql.charAt(i);
            int begin = i;
            if (c == '\n') {
                line++;
                i++;
            } else if (Character.isWhitespace(c)) {
                i++;
            } else if (sql.startsWith("--", i)) {
                i = end(sql, "\n", i, 0);
            } else if (sql.startsWith("/*", i)) {
                i = end(sql, "*/", i, 2);
                line += lines(sql, begin, i);
            } else if (c == '\'') {
                i = end(sql, "'", i + 1, 1);
                line += lines(sql, begin, i);
            } else if (c == '`' || c == '"') {
                i = end(sql, String.valueOf(c), i + 1, 1);
                tokens.add(new Token(sql.substring(begin + 1, Math.max(begin + 1, i - 1)).toLowerCase(Locale.ROOT), line, true));
            } else if (Character.isLetter(c) || c == '_') {
                while (i < sql.length() && (Character.isLetterOrDigit(sql.charAt(i)) || sql.charAt(i) == '_' || sql.charAt(i) == '$')) {
                    i++;
                }
                tokens.add(new Token(sql.substring(begin, i).toLowerCase(Locale.ROOT), line, true));
            } else {
                i++;
                tokens.add(new Token(String.valueOf(c), line, false));
            }
        }
    }

    private static int end(String sql, String mark, int from, int beyond) {
        int end = sql.indexOf(mark, from);
        return end < 0 ? sql.length() : end + beyond;
    }

    private static int lines(String sql, int from, int to) {
        return (int) sql.substring(from, to).chars().filter(c -> c == '\n').count();
    }

    private Token at(int place) {
        return place >= 0 && place < tokens.size() ? tokens.get(place) : new Token("", 0, false);
    }

    boolean begins(String... words) {
        return List.of(words).contains(at(0).text());
    }

    /** The tables read, with the line of the first mention; names that a WITH defines are not among them. */
    Map<String, Integer> tables() {
        Set<String> defined = new HashSet<>();
        for (int i = 0; i < tokens.size(); i++) {
            if (at(i).word() && at(i + 1).is("as") && at(i + 2).is("(") && (at(i + 3).is("select") || at(i + 3).is("with") || at(i + 3).is("values"))) {
                defined.add(at(i).text());
            } else if (at(i).is(")") && at(i + 1).is("as") && at(i + 2).is("(") && at(i + 3).is("select")) {
                // WITH name (a, b) AS (SELECT …
                int open = i;
                while (open > 0 && !at(open).is("(")) {
                    open--;
                }
                defined.add(at(open - 1).text());
            }
        }
        Map<String, Integer> tables = new LinkedHashMap<>();
        Deque<Boolean> inFrom = new ArrayDeque<>(List.of(false));
        Deque<Boolean> inFunction = new ArrayDeque<>(List.of(false));
        boolean expected = false;
        for (int i = 0; i < tokens.size(); i++) {
            Token token = at(i);
            if (token.is("(")) {
                inFunction.push(FUNCTIONS_WITH_FROM.contains(at(i - 1).text()));
                // FROM (a JOIN b …): what stands in the parenthesis is still a table.
                inFrom.push(expected && at(i + 1).word() && !at(i + 1).is("select"));
                expected = inFrom.peek();
            } else if (token.is(")")) {
                if (inFrom.size() > 1) {
                    inFrom.pop();
                    inFunction.pop();
                }
                expected = false;
            } else if (token.is(",")) {
                expected = inFrom.peek();
            } else if (!inFunction.peek() && (token.is("join") || token.is("from") && !at(i - 1).is("distinct"))) {
                inFrom.pop();
                inFrom.push(true);
                expected = true;
            } else if (token.is("lateral")) {
                expected = true;
            } else if (ENDS_A_FROM.contains(token.text())) {
                inFrom.pop();
                inFrom.push(false);
                expected = false;
            } else if (expected && token.word()) {
                int last = i;
                while (at(last + 1).is(".") && at(last + 2).word()) {
                    last += 2;
                }
                String name = at(last).text();
                if (last > i || !defined.contains(name)) {
                    tables.putIfAbsent(last > i ? at(i).text() + "." + name : name, token.line());
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
        tokens.stream().filter(Token::word).forEach(token -> words.add(token.text()));
        return words;
    }

    /** Whether it takes all columns of something: {@code select *}, {@code b.*}; not {@code count(*)} and not a multiplication. */
    boolean takesAllColumns() {
        for (int i = 0; i < tokens.size(); i++) {
            if (at(i).is("*")) {
                Token before = at(i - 1);
                boolean counted = before.is("(");
                if (!counted && (before.is("select") || before.is("distinct") || before.is("all") || before.is(",") || before.is("."))) {
                    return true;
                }
            }
        }
        return false;
    }
}
