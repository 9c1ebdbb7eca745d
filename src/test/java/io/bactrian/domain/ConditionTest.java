package io.bactrian.domain;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.read;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.math.BigDecimal;
import java.math.BigInteger;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {

    private static final TableSchema SCHEMA = schema(
            "id int64, country string(2) null, total decimal(12,2) null, active int8, big uint64, ratio double null, share float null, "
                    + "placed_at datetime(6) null, seen_at instant(6) null, born date null, span time(1) null, photo "
                    + "blob null, order string(9) null, größe int32 null",
            "id");
    private static final Image ROW = image(SCHEMA, 7L, "FR", new BigDecimal("10.50"), 1L, new BigInteger("18446744073709551615"), 0.5, 0.1f,
            "2026-11-21T13:14:15.5", "2026-11-21T13:14:15.5Z", "1985-12-10", "100:00:01.5", new byte[]{1}, "it's", 3L);
    private static final Image NULLS = image(SCHEMA, -1L, null, null, 0L, 0L, null, null, null, null, null, null, null, null, null);

    private static boolean holds(String condition, Image image) {
        return Condition.parse(condition).holds(image, "store.customers");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "id = 7 | true", "id = 7.0 | true", "id = 8 | false", "id != 7 | false", "id<8|true", "id <= 7 | true", "id < 7 | false",
        "id > 6 | true", "id >= 7 | true", "id >= 7.5 | false", "id > -8 | true",
        "total = 10.5 | true", "total >= 10.5 | true", "total > 10.5 | false", "total < 10.51 | true", "total > 10 | true",
        "id < 18446744073709551615 | true", "big = 18446744073709551615 | true", "big > 18446744073709551614 | true", "ratio = 0.5 | true",
        "ratio < 0.6 | true",
        "share = 0.1 | true",
        "active = true | true", "active = false | false", "active != false | true",
        "country = 'FR' | true", "country = 'fr' | false", "country != 'DE' | true", "country < 'FS' | true", "country >= 'FR' | true",
        "country > 'FR' | false", "country <= 'FR' | true",
        "country contains 'R' | true", "country !contains 'R' | false", "country startsWith 'F' | true", "country !startsWith 'F' | false",
        "country endsWith 'R' | true", "country endsWith 'F' | false", "country !endsWith 'F' | true",
        "country in ('DE', 'FR') | true", "country in ('DE') | false", "country not in ('DE','FR') | false", "id in (1, 7.0) | true",
        "id not in (1,2) | true",
        "`order` = 'it''s' | true", "größe = 3 | true",
        "country is null | false", "country is not null | true", "photo is not null | true",
        "placed_at >= '2026-11-21' | true", "placed_at < '2026-11-21 13:14:16' | true", "placed_at = '2026-11-21T13:14:15.5' | true",
        "placed_at > '2026-11-21 13:14:15.5' | false", "placed_at startsWith '2026-11' | true",
        "seen_at > '2026-11-21 13:14:15' | true", "seen_at = '2026-11-21T13:14:15.500Z' | true",
        "seen_at = '2026-11-21T15:14:15.500+02:00' | true", "seen_at <= '2026-11-21 13:14:15.5' | true",
        "seen_at < '2026-11-21 13:14:15.5' | false",
        "born < '1990-01-01' | true", "born = '1985-12-10' | true", "span > '99:59:59' | true", "span = '100:00:01.50' | true",
        "span < '-01:00:00' | false",
        "id = 7 and country = 'DE' | false", "id = 8 or country = 'FR' | true", "id = 8 and id = 8 or id = 7 | true",
        "id = 7 or id = 8 and id = 8 | true", "(id = 7 or id = 8) and id = 8 | false",
        "not id = 7 | false", "not not id = 7 | true", "not (id = 1 or country != 'FR') | true",
        "NOT id = 1 AND country IS NOT NULL | true"})
    void judgesARow(String condition, boolean expected) {
        assertThat(holds(condition, ROW)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "country = 'FR' | false", "country != 'FR' | true", "country < 'FR' | false", "country >= 'FR' | false",
        "country in ('FR') | false", "country not in ('FR') | true",
        "country contains '' | false", "country !contains '' | true", "country !startsWith 'F' | true",
        "country !endsWith '@test.invalid' | true", "country is null | true", "country is not null | false",
        "total < 1 | false", "total != 1 | true", "total >= 0 | false", "placed_at < '2026-01-01' | false", "span < '00:00:00' | false",
        "span != '00:00:00' | true", "photo is null | true",
        "not (country = 'FR') | true", "id = -1 | true", "active = false | true"})
    void aComparisonWithNullIsFalseAndItsNegationTrue(String condition, boolean expected) {
        assertThat(holds(condition, NULLS)).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "country == 'x' | character 10: '=' found, expected a value: 'text', a number, true or false; equality is written with one =",
        "country = \"\"x\"\" | character 11: '\"\"' begins nothing; expected a column's name, 'text', a number, an "
                + "operator or a parenthesis. A text stands between '",
        "country = 'x | character 11: the ' is not closed",
        "country = | character 10: it ends, expected a value: 'text', a number, true or false",
        "country = null | character 11: 'null' found, expected a value: 'text', a number, true or false; to ask for "
                + "NULL write 'is null' or 'is not null'",
        "country = id | character 11: 'id' found, expected a value: 'text', a number, true or false",
        "country like 'x' | character 9: 'like' found, expected one of = != < <= > >= contains startsWith endsWith "
                + "(these three also after !) in 'not in' is",
        "country ! = 'x' | character 11: '=' found, expected contains, startsWith or endsWith after !",
        "country !!= 'x' | character 10: '!=' found, expected contains, startsWith or endsWith after !",
        "country is 5 | character 12: '5' found, expected 'null' or 'not null'",
        "country is not 5 | character 16: '5' found, expected 'null'",
        "country not 5 | character 13: '5' found, expected 'in'",
        "country in 'x' | character 12: 'x' found, expected '(' and a list of values",
        "country in ('x' 'y') | character 17: 'y' found, expected ',' or ')'",
        "country in () | character 13: ')' found, expected a value: 'text', a number, true or false",
        "(id = 1 | character 8: it ends, expected ')'",
        "id = 1) | character 7: ')' found, expected 'and', 'or' or the end",
        "id = 1 && id = 2 | character 8: '&' begins nothing; expected a column's name, 'text', a number, an operator or a parenthesis",
        "and = 1 | character 1: 'and' found, expected a column's name, 'not' or '('; a column of that name is written `and`",
        "5 = id | character 1: '5' found, expected a column's name, 'not' or '('",
        "id = 1. | character 6: '1.' is no number; expected one such as 10.5 or -3",
        "id = 1 id = 2 | character 8: 'id' found, expected 'and', 'or' or the end"})
    void pointsAtTheCharacterThatIsWrong(String condition, String fault) {
        String written = condition.replace("\"\"", "\"");
        assertThatIllegalArgumentException().isThrownBy(() -> Condition.parse(written))
                .withMessage("condition \"" + written + "\", " + fault.replace("\"\"", "\""));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '"', value = {
        "id = 'x' | = 'x' does not fit column 'id' of store.customers, int64, which is a number; it is compared with "
                + "numbers by = != < <= > >= in",
        "id contains 7 | contains 7 does not fit column 'id' of store.customers, int64, which is a number; it is "
                + "compared with numbers by = != < <= > >= in",
        "country = 5 | = 5 does not fit column 'country' of store.customers, string(2), which needs a text; write '5'",
        "born < 2000 | < 2000 does not fit column 'born' of store.customers, date, which needs a text; write '2000'",
        "born < 'yesterday' | < 'yesterday' does not fit column 'born' of store.customers, date, it is no date; "
                + "expected 2026-11-21 or 2026-11-21T13:14:15",
        "born < '2000-01-01 12:00' | < '2000-01-01 12:00' does not fit column 'born' of store.customers, date, which has no time of day",
        "span < 'noon' | < 'noon' does not fit column 'span' of store.customers, time(1), it is no time; expected 25:00:01.5",
        "photo = 'x' | = 'x' does not fit column 'photo' of store.customers, blob, which has no order and no text; "
                + "only 'is null' and 'is not null' ask for it"})
    void saysWhatDoesNotFitAColumn(String condition, String fault) {
        assertThatIllegalArgumentException().isThrownBy(() -> holds(condition, ROW))
                .withMessage("condition \"" + condition + "\": " + fault);
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithThoseThatAre() {
        Image row = image(schema("id int64"), 1L);

        assertThatIllegalArgumentException().isThrownBy(() -> holds("id = 1 or emial = 1", row))
                .withMessage("condition \"id = 1 or emial = 1\": column 'emial' is not in store.customers, which has [id]");
    }

    @Test
    void manyParenthesesEndInAMessageAndNotInAnOverflow() {
        assertThatIllegalArgumentException().isThrownBy(() -> Condition.parse("(".repeat(100_000)))
                .withMessageEndingWith("character 101: more than 100 parentheses in each other");
    }

    @Test
    void isShownAsItWasWritten() {
        assertThat(Condition.parse(" id  = 7 AND country is null")).hasToString(" id  = 7 AND country is null");
    }

    @Test
    void parenthesesBesideEachOtherMayBeAsManyAsOneLikes() {
        assertThat(holds("(id = 8) or ".repeat(150) + "(id = 7)", ROW)).isTrue();
    }

    @Test
    void aRowThatLeavesIsADeleteAndOneThatEntersAnInsert() {
        Condition condition = Condition.parse("id = 7");
        Change staying = update(ROW, ROW);

        assertThat(condition.judge(staying)).containsSame(staying);
        assertThat(condition.judge(update(ROW, NULLS))).contains(new Change("shop", "store.customers", Operation.DELETE, ROW, null,
                staying.position(), staying.origin(), staying.committedAt(), false));
        assertThat(condition.judge(update(NULLS, ROW))).contains(new Change("shop", "store.customers", Operation.INSERT, null, ROW,
                staying.position(), staying.origin(), staying.committedAt(), false));
        assertThat(condition.judge(update(NULLS, NULLS))).isEmpty();
        assertThat(condition.judge(read(ROW))).contains(read(ROW));
        assertThat(condition.judge(insert(ROW))).contains(insert(ROW));
        assertThat(condition.judge(delete(ROW))).contains(delete(ROW));
        assertThat(condition.judge(read(NULLS))).isEmpty();
        assertThat(condition.judge(insert(NULLS))).isEmpty();
        assertThat(condition.judge(delete(NULLS))).isEmpty();
        assertThat(condition.judge(truncate())).contains(truncate());
    }

    @Provide
    Arbitrary<String> conditions() {
        return Arbitraries.recursive(
                () -> Arbitraries.of("id = 7", "country != 'FR'", "total >= 10.5", "country is null", "country in ('FR', 'DE')",
                        "active = true", "born !startsWith '1985'"),
                inner -> net.jqwik.api.Combinators.combine(inner, inner, Arbitraries.of("and", "or"))
                        .as((a, b, word) -> "(" + a + " " + word + " not " + b + ")"),
                0, 3);
    }

    @Property(tries = 300)
    void deMorgansLawsHoldForNullsToo(@ForAll("conditions") String a, @ForAll("conditions") String b, @ForAll boolean nulls) {
        Image row = nulls ? NULLS : ROW;

        assertThat(holds("not (" + a + " and " + b + ")", row)).isEqualTo(holds("not " + a + " or not " + b, row));
        assertThat(holds("not (" + a + " or " + b + ")", row)).isEqualTo(holds("not " + a + " and not " + b, row));
        assertThat(holds("not not " + a, row)).isEqualTo(holds(a, row)).isNotEqualTo(holds("not " + a, row));
    }

    @Property(tries = 300)
    void numbersCompareAsNumbersWhateverTheirType(@ForAll long left, @ForAll long right) {
        Image row = image(schema("a int64, b decimal(30,2), c uint64"), left, new BigDecimal(left).setScale(2), BigInteger.valueOf(left));

        for (String column : new String[]{"a", "b", "c"}) {
            assertThat(holds(column + " < " + right, row)).isEqualTo(left < right);
            assertThat(holds(column + " >= " + right, row)).isEqualTo(left >= right);
            assertThat(holds(column + " = " + right, row)).isEqualTo(left == right);
            assertThat(holds(column + " = " + left, row)).isTrue();
        }
    }
}
