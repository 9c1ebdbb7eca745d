package io.bactrian.domain;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Arrays;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class MaskTest {

    private static final String KEY = "0123456789abcdef";
    private static final List<String> COLUMNS = List.of("email", "phone");

    private final Mask mask = new Mask(KEY);
    private final TableSchema schema = schema("id uint64, email string(254), phone string(32) null, photo blob null", "id");

    @Test
    void theHashIsHmacSha256SoThatOthersCanComputeItToo() {
        // printf %s a@b | openssl dgst -sha256 -hmac 0123456789abcdef
        assertThat(mask.hash(insert(row("a@b", null)), COLUMNS).after().get("email"))
                .isEqualTo("1a96317a95e681022442aa2a173cf256fdea8657c01f4a5361acc8d55714a11a");
    }

    @Property(tries = 200)
    void equalValuesStayEqualAndOthersStayApart(@ForAll String a, @ForAll String b) {
        Object hashOfA = mask.hash(insert(row(a, null)), COLUMNS).after().get("email");
        Object hashOfB = mask.hash(insert(row(b, null)), COLUMNS).after().get("email");

        assertThat(hashOfA.equals(hashOfB)).isEqualTo(Arrays.equals(a.getBytes(UTF_8), b.getBytes(UTF_8)));
    }

    @Test
    void equalValuesInTwoColumnsStayEqual() {
        Image masked = mask.hash(insert(row("same", "same")), COLUMNS).after();

        assertThat(masked.get("email")).isEqualTo(masked.get("phone"));
    }

    @Test
    void anotherKeyGivesAnotherHash() {
        assertThat(new Mask(KEY + "0").hash(insert(row("a", null)), COLUMNS).after().get("email"))
                .isNotEqualTo(mask.hash(insert(row("a", null)), COLUMNS).after().get("email"));
    }

    @Test
    void nullStaysNull() {
        assertThat(mask.hash(insert(row("a", null)), COLUMNS).after().get("phone")).isNull();
    }

    @Test
    void bothImagesAreMasked() {
        Change masked = mask.hash(update(row("old", "1"), row("new", "2")), COLUMNS);

        assertThat(masked.before().get("email")).isEqualTo(mask.hash(delete(row("old", "1")), COLUMNS).before().get("email"))
                .isNotEqualTo("old");
        assertThat(masked.after().get("email")).isEqualTo(mask.hash(insert(row("new", "2")), COLUMNS).after().get("email"))
                .isNotEqualTo("new");
        assertThat(masked.before().get("phone").toString()).matches("[0-9a-f]{64}");
        assertThat(masked.after().get("phone").toString()).matches("[0-9a-f]{64}");
        assertThat(masked.after().get("id")).isEqualTo(1L);
    }

    @Test
    void aTruncationHasNothingToMask() {
        assertThat(mask.hash(truncate(), COLUMNS)).isEqualTo(truncate());
    }

    @Test
    void theColumnHoldsAHashFromNowOnAndMayBeNullAsBefore() {
        TableSchema masked = mask.hash(insert(row("a", "b")), COLUMNS).after().schema();

        assertThat(masked).isEqualTo(schema("id uint64, email string(64), phone string(64) null, photo blob null", "id"));
    }

    @Test
    void equalSchemasGiveOneSchemaHoweverManyRowsAreMasked() {
        assertThat(mask.hash(insert(row("a", "b")), COLUMNS).after().schema())
                .isSameAs(mask.hash(delete(row("c", "d")), COLUMNS).before().schema());
    }

    @Test
    void bytesAreHashedByTheirBytes() {
        Change first = insert(image(schema, 1L, "a", null, new byte[]{1, 2}));
        Change second = insert(image(schema, 2L, "b", null, new byte[]{1, 2}));

        assertThat(mask.hash(first, List.of("photo")).after().get("photo"))
                .isEqualTo(mask.hash(second, List.of("photo")).after().get("photo"));
    }

    @Test
    void numbersAreHashedAsTheyAreWritten() {
        assertThat(mask.hash(insert(row("1", null)), List.of("id", "email")).after())
                .satisfies(masked -> assertThat(masked.get("id")).isEqualTo(masked.get("email")));
    }

    @Test
    void allButTheLastFourCharactersBecomeStars() {
        assertThat(lastFour("12345")).isEqualTo("*2345");
        assertThat(lastFour("1234")).isEqualTo("****");
        assertThat(lastFour("a")).isEqualTo("*");
        assertThat(lastFour("")).isEqualTo("");
        assertThat(lastFour("🐫🐫🐫🐫🐫🐫")).isEqualTo("**🐫🐫🐫🐫");
        assertThat(lastFour(null)).isNull();
    }

    private Object lastFour(String text) {
        return Mask.lastFour(insert(row("a", text)), List.of("phone")).after().get("phone");
    }

    @Test
    void theLastFourDigitsOfANumberAreAText() {
        TableSchema numbers = schema("a int64, b decimal(9,2), c json null, d year", "a");
        Change masked = Mask.lastFour(insert(image(numbers, 4711123L, new java.math.BigDecimal("-12345.67"), null, 2026L)),
                List.of("a", "b", "c", "d"));

        assertThat(masked.after().values()).containsExactly("***1123", "*****5.67", null, "****");
        assertThat(masked.after().schema()).isEqualTo(schema("a string(20), b string(11), c text null, d string(20)"));
    }

    @Test
    void aKeyThatIsNotKeptApartIsNoKeyAnyMore() {
        assertThat(Mask.redact(insert(row("a", null)), List.of("id"), "-").after().schema())
                .isEqualTo(schema("id string(1), email string(254), phone string(32) null, photo blob null"));
        assertThat(mask.hash(insert(row("a", null)), List.of("id")).after().schema().key()).containsExactly("id");
        assertThat(Mask.redact(insert(row("a", null)), List.of("email"), "").after().schema())
                .isEqualTo(schema("id uint64, email string(1), phone string(32) null, photo blob null", "id"));
        assertThat(Mask.redact(insert(row("a", null)), List.of("id"), "-").after().schema())
                .isSameAs(Mask.redact(delete(row("b", "c")), List.of("id"), "-").before().schema());
    }

    @Test
    void whatIsRedactedIsOneTextAndNullStaysNull() {
        assertThat(Mask.redact(insert(row("a", null)), COLUMNS, "(hidden)").after())
                .hasToString("{id=1, email=(hidden), phone=null, photo=null}");
    }

    @Test
    void aValueThatWasNotSentIsNotMasked() {
        Image masked = mask.hash(insert(image(schema, 1L, Image.UNKNOWN, "1", null)), COLUMNS).after();

        assertThat(masked.knows(1)).isFalse();
        assertThat(masked.knows(2)).isTrue();
    }

    @Test
    void ofADateOrMomentTheYearIsLeft() {
        TableSchema dates = schema("a date, b datetime(6) null, c instant, d year");
        Change masked = Mask.yearOnly(insert(image(dates, "1985-12-10", null, "2026-11-21T13:14:15Z", 1999L)), List.of("a", "b", "c", "d"));

        assertThat(masked.after().values()).containsExactly(1985L, null, 2026L, 1999L);
        assertThat(masked.after().schema()).isEqualTo(schema("a int16, b int16 null, c int16, d int16"));
    }

    @Test
    void aWayThatDoesNotFitTheColumnIsSaid() {
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.yearOnly(insert(row("a", null)), List.of("email")))
                .withMessage(
                        "mask: how=year-only needs a date, datetime or instant, and column 'email' of store.customers "
                                + "is string(254); use how=hash or how=redact");
        assertThatIllegalArgumentException().isThrownBy(() -> Mask.lastFour(insert(row("a", null)), List.of("photo")))
                .withMessage(
                        "mask: how=last-four shows the end of a text, and column 'photo' of store.customers is blob; "
                                + "use how=hash or how=redact");
    }

    @Test
    void aColumnThatIsNotThereIsNamedWithThoseThatAre() {
        assertThatIllegalArgumentException().isThrownBy(() -> mask.hash(insert(row("a", "b")), List.of("e-mail")))
                .withMessage("mask: column 'e-mail' is not in store.customers, which has [id, email, phone, photo]");
    }

    @ParameterizedTest
    @NullSource
    @ValueSource(strings = {"", "0123456789abcde"})
    void aShortKeyIsRefusedAndItsLengthNamedButNotItself(String key) {
        assertThatIllegalArgumentException().isThrownBy(() -> new Mask(key))
                .withMessage("bactrian.mask.key has " + (key == null ? 0 : key.length())
                        + " characters, expected at least 16; a short key can be guessed, and with it every masked value");
    }

    private Image row(String email, String phone) {
        return image(schema, 1L, email, phone, null);
    }
}
