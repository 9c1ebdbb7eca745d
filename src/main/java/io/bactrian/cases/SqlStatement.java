package io.bactrian.cases;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** One statement of a text of SQL, and where it begins. */
record SqlStatement(CaseLocation place, String text) {

    private static final Pattern TRUNCATION = Pattern.compile("truncate\\s+(?:table\\s+)?(?:only\\s+)?(\\S+(?:\\s*,\\s*\\S+)*?)"
            + "(?:\\s+(?:restart|continue)\\s+identity)?(?:\\s+(?:cascade|restrict))?", Pattern.CASE_INSENSITIVE);
    private static final Pattern TRANSACTION = Pattern.compile(
            "(?:begin|start\\s+transaction|commit|rollback|savepoint|xa|set\\s+(?:@@|session\\s+)?autocommit)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);
    /** The begin of a text of PostgreSQL's, which ends with the same: a function's body is one. */
    private static final Pattern DOLLARS = Pattern.compile("\\$\\w*\\$");
    private static final Pattern DEFINITION = Pattern.compile("(?:alter|create|drop|rename)\\b.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    /**
     * The statements of a text. They end with a semicolon, wherever it stands; those in quotes and in comments end
     * nothing.
     *
     * @param first where the text's first line is
     */
    static List<SqlStatement> of(String text, CaseLocation first) {
        List<SqlStatement> statements = new ArrayList<>();
        int begin = 0;
        int at = 0;
        while (at < text.length()) {
            char c = text.charAt(at);
            if (c == ';') {
                add(statements, text, begin, at, first);
                begin = ++at;
            } else if (c == '\'' || c == '"' || c == '`') {
                at = endOfQuoted(text, at);
            } else if (c == '$' && (at == 0 || !Character.isJavaIdentifierPart(text.charAt(at - 1)))
                    && DOLLARS.matcher(text).region(at, text.length()).lookingAt()) {
                int beyond = text.indexOf('$', at + 1) + 1;
                int end = text.indexOf(text.substring(at, beyond), beyond);
                at = end < 0 ? text.length() : end + beyond - at;
            } else if (c == '#' || text.startsWith("-- ", at) || text.startsWith("--\n", at)) {
                int end = text.indexOf('\n', at);
                at = end < 0 ? text.length() : end;
            } else if (text.startsWith("/*", at)) {
                int end = text.indexOf("*/", at + 2);
                at = end < 0 ? text.length() : end + 2;
            } else {
                at++;
            }
        }
        add(statements, text, begin, text.length(), first);
        return statements;
    }

    private static int endOfQuoted(String text, int begin) {
        char quote = text.charAt(begin);
        for (int i = begin + 1; i < text.length(); i++) {
            if (text.charAt(i) == '\\' && quote != '`') {
                i++;
            } else if (text.charAt(i) == quote) {
                return i + 1;
            }
        }
        return text.length();
    }

    private static void add(List<SqlStatement> statements, String text, int begin, int end, CaseLocation first) {
        int from = begin;
        while (from < end) {
            if (Character.isWhitespace(text.charAt(from))) {
                from++;
            } else if (text.charAt(from) == '#' || text.startsWith("--", from)) {
                int line = text.indexOf('\n', from);
                from = line < 0 ? end : line;
            } else {
                break;
            }
        }
        if (from < end) {
            int lines = (int) text.substring(0, from).chars().filter(c -> c == '\n').count();
            statements.add(new SqlStatement(first.down(lines), text.substring(from, end).strip()));
        }
    }

    /** The tables' names as the statement has them; none when it is no TRUNCATE. */
    List<String> truncated() {
        Matcher matcher = TRUNCATION.matcher(text);
        return matcher.matches() ? List.of(matcher.group(1).replaceAll("[`\"]", "").split("\\s*,\\s*")) : List.of();
    }

    /** Whether it begins or ends a transaction. */
    boolean isTransactionControl() {
        return TRANSACTION.matcher(text).matches();
    }

    /** Whether it makes or changes tables: such a statement changes no row, and is in no table's change topic. */
    boolean isDefinition() {
        return DEFINITION.matcher(text).matches();
    }
}
