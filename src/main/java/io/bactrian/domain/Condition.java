package io.bactrian.domain;

import io.bactrian.domain.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A condition on a row, such as {@code email !endsWith '@test.invalid' and total >= 10.5}.
 *
 * <p>A condition is true or false, never unknown: a comparison with NULL is false, and a negated operator says exactly
 * the opposite of the plain one. So {@code country = 'FR'} is false for a NULL, and {@code country != 'FR'} is true.
 * Texts are compared character by character, case and all.
 */
public final class Condition {

    /** A condition whose columns have been found in a schema. */
    private interface Test {
        boolean of(Image image);
    }

    /** A part of a condition as it was written. */
    private interface Node {
        Test bind(TableSchema schema, String table);
    }

    private enum Operator {
        EQUAL("="), LESS("<"), LESS_OR_EQUAL("<="), GREATER(">"), GREATER_OR_EQUAL(">="), CONTAINS("contains"), STARTS_WITH(
                "startsWith"),
        ENDS_WITH("endsWith");

        private final String word;

        Operator(String word) {
            this.word = word;
        }

        private boolean ofTexts() {
            return this == CONTAINS || this == STARTS_WITH || this == ENDS_WITH;
        }

        private boolean holds(int comparison) {
            return switch (this) {
                case EQUAL -> comparison == 0;
                case LESS -> comparison < 0;
                case LESS_OR_EQUAL -> comparison <= 0;
                case GREATER -> comparison > 0;
                case GREATER_OR_EQUAL -> comparison >= 0;
                case CONTAINS, STARTS_WITH, ENDS_WITH -> throw new IllegalStateException(word + " does not compare");
            };
        }
    }

    private final String text;
    private final PerSchema<Test> tests;

    private Condition(String text, Node whole) {
        this.text = text;
        this.tests = new PerSchema<>(whole::bind);
    }

    /** @throws IllegalArgumentException if the text is no condition, with the position where it stops being one */
    public static Condition parse(String text) {
        Parser parser = new Parser(text);
        return new Condition(text, parser.whole());
    }

    public boolean holds(Image image, String table) {
        return tests.of(image.schema(), table).of(image);
    }

    /**
     * What a change is to a table that holds only the rows for which the condition holds: a row that leaves it is a
     * delete, one that enters it an insert, one that was never in it is nothing.
     */
    public Optional<Change> judge(Change change) {
        boolean before = change.before() != null && holds(change.before(), change.table());
        boolean after = change.after() != null && holds(change.after(), change.table());
        return switch (change.operation()) {
            case READ, INSERT -> after ? Optional.of(change) : Optional.empty();
            case DELETE -> before ? Optional.of(change) : Optional.empty();
            case UPDATE -> before && after
                    ? Optional.of(change)
                    : before
                            ? Optional.of(change.as(Operation.DELETE, change.before(), null))
                            : after ? Optional.of(change.as(Operation.INSERT, null, change.after())) : Optional.empty();
            case TRUNCATE, SWEEP -> Optional.of(change);
        };
    }

    @Override
    public String toString() {
        return text;
    }

    // ---- what a comparison means for a column

    /** @param value a String, a BigDecimal or a Boolean */
    private record Literal(Object value) {
        @Override
        public String toString() {
            return value instanceof String text ? "'" + text + "'" : value.toString();
        }
    }

    private record Comparison(String condition, String column, Operator operator, Literal literal) implements Node {

        @Override
        public Test bind(TableSchema schema, String table) {
            int place = place(condition, schema, table, column);
            Column found = schema.column(place);
            return switch (found.type().kind()) {
                case INT8, INT16, INT24, INT32, INT64, UINT8, UINT16, UINT24, UINT32, UINT64, DECIMAL, FLOAT, DOUBLE, YEAR, BITS ->
                    numbers(place, found, table);
                case STRING, TEXT, JSON -> texts(place, text(found, table));
                case DATE, DATETIME, INSTANT -> operator.ofTexts() ? texts(place, text(found, table)) : moments(place, found, table);
                case TIME -> operator.ofTexts() ? texts(place, text(found, table)) : times(place, found, table);
                case BYTES, BLOB, GEOMETRY ->
                    throw misfit(found, table, "which has no order and no text; only 'is null' and 'is not null' ask for it");
            };
        }

        private IllegalArgumentException misfit(Column found, String table, String why) {
            return new IllegalArgumentException(
                    of(condition) + ": " + operator.word + " " + literal + " does not fit column '" + column + "' of " + table
                            + ", " + found.type() + ", " + why);
        }

        private String text(Column found, String table) {
            if (literal.value() instanceof String text) {
                return text;
            }
            throw misfit(found, table, "which needs a text; write '" + literal + "'");
        }

        private Test texts(int place, String wanted) {
            return switch (operator) {
                case CONTAINS -> image -> image.value(place) instanceof String text && text.contains(wanted);
                case STARTS_WITH -> image -> image.value(place) instanceof String text && text.startsWith(wanted);
                case ENDS_WITH -> image -> image.value(place) instanceof String text && text.endsWith(wanted);
                case EQUAL -> image -> wanted.equals(image.value(place));
                case LESS, LESS_OR_EQUAL, GREATER, GREATER_OR_EQUAL ->
                    image -> image.value(place) instanceof String text && operator.holds(text.compareTo(wanted));
            };
        }

        private Test numbers(int place, Column found, String table) {
            if (operator.ofTexts() || literal.value() instanceof String) {
                throw misfit(found, table, "which is a number; it is compared with numbers by = != < <= > >= in");
            }
            BigDecimal wanted = literal.value() instanceof Boolean truth
                    ? truth ? BigDecimal.ONE : BigDecimal.ZERO
                    : (BigDecimal) literal.value();
            if (wanted.stripTrailingZeros().scale() <= 0 && wanted.toBigInteger().bitLength() < Long.SIZE) {
                long whole = wanted.longValue();
                return image -> image.value(place) != null && operator.holds(image.value(place) instanceof Long number
                        ? Long.compare(number, whole)
                        : number(image.value(place)).compareTo(wanted));
            }
            return image -> image.value(place) != null && operator.holds(number(image.value(place)).compareTo(wanted));
        }

        private static BigDecimal number(Object value) {
            return value instanceof BigDecimal decimal
                    ? decimal
                    : value instanceof Long whole
                            ? BigDecimal.valueOf(whole)
                            : value instanceof BigInteger integer ? new BigDecimal(integer) : new BigDecimal(value.toString());
        }

        /** Dates and moments are texts whose order is that of time, but for the Z at the end. */
        private Test moments(int place, Column found, String table) {
            String written = text(found, table);
            Kind kind = found.type().kind();
            ColumnType exact = kind == Kind.DATE ? found.type() : ColumnType.of(Kind.DATETIME, 9);
            String wanted = written(written, exact, found, table);
            if (kind == Kind.DATE && !wanted.equals(written.strip())) {
                throw misfit(found, table, "which has no time of day");
            }
            return image -> image.value(place) instanceof String moment && operator.holds(withoutZone(moment).compareTo(wanted));
        }

        private static String withoutZone(String moment) {
            return moment.endsWith("Z") ? moment.substring(0, moment.length() - 1) : moment;
        }

        private Test times(int place, Column found, String table) {
            BigDecimal wanted = Conversion.seconds(written(text(found, table), ColumnType.of(Kind.TIME, 9), found, table));
            return image -> image.value(place) instanceof String time && operator.holds(Conversion.seconds(time).compareTo(wanted));
        }

        private String written(String written, ColumnType exact, Column found, String table) {
            try {
                return (String) Conversion.convert(written, exact);
            } catch (IllegalArgumentException e) {
                throw misfit(found, table, e.getMessage());
            }
        }
    }

    private static int place(String condition, TableSchema schema, String table, String column) {
        return schema.place(column, of(condition), table);
    }

    private static String of(String condition) {
        return "condition \"" + condition + "\"";
    }

    // ---- reading

    private enum Sort {
        /** A name or a word of the language. */
        WORD, QUOTED_NAME, TEXT, NUMBER, SIGN, END
    }

    private record Token(Sort sort, String text, int at) {
        private boolean is(String word) {
            return sort == Sort.SIGN && text.equals(word) || sort == Sort.WORD && text.equalsIgnoreCase(word);
        }
    }

    private static final class Parser {

        private static final List<String> SIGNS = List.of("<=", ">=", "!=", "=", "<", ">", "!", "(", ")", ",");
        private static final List<String> WORDS = List.of("and", "or", "not", "in", "is", "null", "true", "false", "contains", "startsWith",
                "endsWith");
        /** Far more than anybody writes; a parser that calls itself must end somewhere. */
        private static final int DEEPEST = 100;

        private final String condition;
        private final List<Token> tokens = new ArrayList<>();
        private int next;
        private int depth;

        Parser(String condition) {
            this.condition = condition;
            for (int at = 0; at < condition.length();) {
                at = token(at);
            }
            tokens.add(new Token(Sort.END, "", condition.length()));
        }

        private IllegalArgumentException wrong(int at, String what) {
            return new IllegalArgumentException(of(condition) + ", character " + (at + 1) + ": " + what);
        }

        private int token(int at) {
            char c = condition.charAt(at);
            if (Character.isWhitespace(c)) {
                return at + 1;
            }
            if (c == '\'' || c == '`') {
                return quoted(at, c);
            }
            if (Character.isDigit(c) || c == '-' || c == '.') {
                return number(at);
            }
            if (Character.isJavaIdentifierStart(c)) {
                int end = at + 1;
                while (end < condition.length() && Character.isJavaIdentifierPart(condition.charAt(end))) {
                    end++;
                }
                tokens.add(new Token(Sort.WORD, condition.substring(at, end), at));
                return end;
            }
            for (String sign : SIGNS) {
                if (condition.startsWith(sign, at)) {
                    tokens.add(new Token(Sort.SIGN, sign, at));
                    return at + sign.length();
                }
            }
            throw wrong(at, "'" + c + "' begins nothing; expected a column's name, 'text', a number, an operator or a parenthesis"
                    + (c == '"' ? ". A text stands between '" : ""));
        }

        /** A text or a name between quotes; a quote inside is written twice. */
        private int quoted(int at, char quote) {
            StringBuilder inside = new StringBuilder();
            for (int i = at + 1; i < condition.length(); i++) {
                char c = condition.charAt(i);
                if (c == quote && i + 1 < condition.length() && condition.charAt(i + 1) == quote) {
                    inside.append(quote);
                    i++;
                } else if (c == quote) {
                    tokens.add(new Token(quote == '\'' ? Sort.TEXT : Sort.QUOTED_NAME, inside.toString(), at));
                    return i + 1;
                } else {
                    inside.append(c);
                }
            }
            throw wrong(at, "the " + quote + " is not closed");
        }

        private int number(int at) {
            int end = at + 1;
            while (end < condition.length() && (Character.isDigit(condition.charAt(end)) || condition.charAt(end) == '.')) {
                end++;
            }
            String text = condition.substring(at, end);
            if (!text.matches("-?\\d+(\\.\\d+)?")) {
                throw wrong(at, "'" + text + "' is no number; expected one such as 10.5 or -3");
            }
            tokens.add(new Token(Sort.NUMBER, text, at));
            return end;
        }

        private Token take() {
            // Whoever takes the end has nothing more to take: it is what nobody expects.
            return tokens.get(next++);
        }

        private boolean takeIf(String word) {
            if (tokens.get(next).is(word)) {
                next++;
                return true;
            }
            return false;
        }

        private IllegalArgumentException expected(Token found, String what) {
            return wrong(found.at(), (found.sort() == Sort.END ? "it ends" : "'" + found.text() + "' found") + ", expected " + what);
        }

        Node whole() {
            Node whole = either();
            Token rest = tokens.get(next);
            if (rest.sort() != Sort.END) {
                throw expected(rest, "'and', 'or' or the end");
            }
            return whole;
        }

        private Node either() {
            if (++depth > DEEPEST) {
                throw wrong(tokens.get(next).at(), "more than " + DEEPEST + " parentheses in each other");
            }
            Node left = both();
            while (takeIf("or")) {
                Node one = left;
                Node other = both();
                left = (schema, table) -> {
                    Test first = one.bind(schema, table);
                    Test second = other.bind(schema, table);
                    return image -> first.of(image) || second.of(image);
                };
            }
            depth--;
            return left;
        }

        private Node both() {
            Node left = one();
            while (takeIf("and")) {
                Node one = left;
                Node other = one();
                left = (schema, table) -> {
                    Test first = one.bind(schema, table);
                    Test second = other.bind(schema, table);
                    return image -> first.of(image) && second.of(image);
                };
            }
            return left;
        }

        private Node one() {
            boolean negated = false;
            while (takeIf("not")) {
                negated = !negated;
            }
            return negatedIf(negated, plain());
        }

        private static Node negatedIf(boolean negated, Node node) {
            if (!negated) {
                return node;
            }
            return (schema, table) -> {
                Test test = node.bind(schema, table);
                return image -> !test.of(image);
            };
        }

        private Node plain() {
            if (takeIf("(")) {
                Node inside = either();
                if (!takeIf(")")) {
                    throw expected(tokens.get(next), "')'");
                }
                return inside;
            }
            Token name = take();
            if (name.sort() != Sort.QUOTED_NAME && (name.sort() != Sort.WORD || WORDS.stream().anyMatch(name::is))) {
                throw expected(name, "a column's name, 'not' or '('"
                        + (name.sort() == Sort.WORD ? "; a column of that name is written `" + name.text() + "`" : ""));
            }
            String column = name.text();
            if (takeIf("is")) {
                boolean not = takeIf("not");
                if (!takeIf("null")) {
                    throw expected(tokens.get(next), not ? "'null'" : "'null' or 'not null'");
                }
                return negatedIf(not, (schema, table) -> {
                    int place = place(condition, schema, table, column);
                    return image -> image.value(place) == null;
                });
            }
            if (takeIf("not")) {
                if (!takeIf("in")) {
                    throw expected(tokens.get(next), "'in'");
                }
                return negatedIf(true, among(column));
            }
            if (takeIf("in")) {
                return among(column);
            }
            boolean negated = takeIf("!");
            if (!negated && takeIf("!=")) {
                return negatedIf(true, new Comparison(condition, column, Operator.EQUAL, literal()));
            }
            Token sign = take();
            for (Operator operator : Operator.values()) {
                if (sign.is(operator.word) && (!negated || operator.ofTexts())) {
                    return negatedIf(negated, new Comparison(condition, column, operator, literal()));
                }
            }
            throw expected(sign, negated
                    ? "contains, startsWith or endsWith after !"
                    : "one of = != < <= > >= contains startsWith endsWith (these three also after !) in 'not in' is");
        }

        private Node among(String column) {
            if (!takeIf("(")) {
                throw expected(tokens.get(next), "'(' and a list of values");
            }
            List<Comparison> values = new ArrayList<>();
            do {
                values.add(new Comparison(condition, column, Operator.EQUAL, literal()));
            } while (takeIf(","));
            if (!takeIf(")")) {
                throw expected(tokens.get(next), "',' or ')'");
            }
            return (schema, table) -> {
                Test[] tests = values.stream().map(value -> value.bind(schema, table)).toArray(Test[]::new);
                return image -> {
                    for (Test test : tests) {
                        if (test.of(image)) {
                            return true;
                        }
                    }
                    return false;
                };
            };
        }

        private Literal literal() {
            Token value = take();
            if (value.sort() == Sort.TEXT) {
                return new Literal(value.text());
            }
            if (value.sort() == Sort.NUMBER) {
                return new Literal(new BigDecimal(value.text()));
            }
            if (value.is("true") || value.is("false")) {
                return new Literal(value.is("true"));
            }
            throw expected(value, "a value: 'text', a number, true or false"
                    + (value.is("null")
                            ? "; to ask for NULL write 'is null' or 'is not null'"
                            : value.is("=") ? "; equality is written with one =" : ""));
        }
    }
}
