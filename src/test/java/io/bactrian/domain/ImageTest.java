package io.bactrian.domain;

import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.schema;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.ColumnType.Kind;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.junit.jupiter.api.Test;

class ImageTest {

    private final TableSchema customers = schema("id uint64, name string(20), email string(254) null", "id");
    private final Image ada = image(customers, 1L, "Ada", null);

    @Test
    void isAMapFromColumnToValue() {
        assertThat(ada.get("name")).isEqualTo("Ada");
        assertThat(ada.get("email")).isNull();
        assertThat(ada).containsKeys("id", "email").doesNotContainKey("phone").hasSize(3);
        assertThat(ada.get("phone")).isNull();
        assertThat(ada.get(null)).isNull();
        assertThat(ada.get(1)).isNull();
        assertThat(ada.containsKey(null)).isFalse();
        assertThat(ada.keySet()).containsExactly("id", "name", "email");
        assertThat(ada.values()).containsExactly(1L, "Ada", null);
    }

    @Test
    void equalsEveryMapOfTheSameValues() {
        Map<String, Object> map = new HashMap<>();
        map.put("id", 1L);
        map.put("name", "Ada");
        map.put("email", null);

        assertThat(ada.equals(map)).isTrue();
        assertThat(map).isEqualTo(ada).hasSameHashCodeAs(ada);
    }

    @Test
    void canNotBeChanged() {
        assertThatThrownBy(() -> ada.put("name", "Eve")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ada.remove("name")).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(ada::clear).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ada.entrySet().iterator().next().setValue(2L)).isInstanceOf(UnsupportedOperationException.class);
        assertThatThrownBy(() -> ada.keySet().remove("name")).isInstanceOf(UnsupportedOperationException.class);
        assertThat(ada).containsEntry("name", "Ada");
    }

    @Test
    void itsIteratorEndsWithTheLastColumn() {
        Iterator<Map.Entry<String, Object>> entries = ada.entrySet().iterator();
        entries.next();
        entries.next();
        entries.next();

        assertThat(entries.hasNext()).isFalse();
        assertThatThrownBy(entries::next).isInstanceOf(NoSuchElementException.class);
    }

    @Test
    void asManyValuesAsColumnsOrNone() {
        assertThatIllegalArgumentException().isThrownBy(() -> image(customers, 1L, "Ada"))
                .withMessageStartingWith("2 values for 3 columns");
    }

    @Test
    void withAnotherValueTheFirstOneStaysAsItWas() {
        Image changed = ada.with(new Column("email", ColumnType.of(Kind.STRING, 64), true), "x");

        assertThat(changed.get("email")).isEqualTo("x");
        assertThat(changed.schema().column(2).type()).isEqualTo(ColumnType.of(Kind.STRING, 64));
        assertThat(ada.get("email")).isNull();
        assertThat(ada.schema()).isSameAs(customers);
    }

    @Test
    void withANewColumnItComesLast() {
        Image changed = ada.with(new Column("age", ColumnType.of(Kind.INT8), false), 36L);

        assertThat(changed.values()).containsExactly(1L, "Ada", null, 36L);
        assertThat(changed.schema().key()).containsExactly("id");
    }

    @Test
    void withoutColumnsTheOthersKeepTheirValues() {
        Image changed = image(customers, 1L, "Ada", "a@b").without(List.of("name", "phone"));

        assertThat(changed.keySet()).containsExactly("id", "email");
        assertThat(changed.values()).containsExactly(1L, "a@b");
    }

    @Test
    void aKeyOfOneColumnIsItsValue() {
        assertThat(ada.keyOf(List.of("id"))).isEqualTo(1L);
        assertThat(ada.keyOf(List.of("email"))).isNull();
    }

    @Test
    void aKeyOfSeveralColumnsIsAllTheirValuesInTheOrderAskedFor() {
        assertThat(ada.keyOf(List.of("name", "id"))).isEqualTo(List.of("Ada", 1L));
        assertThat(ada.keyOf(List.of("id", "name"))).isNotEqualTo(ada.keyOf(List.of("name", "id")));
        assertThat(ada.keyOf(List.of("id", "email"))).isEqualTo(image(customers, 1L, "Eve", null).keyOf(List.of("id", "email")));
    }

    @Test
    void keysOfBytesAreToldApartByTheirBytes() {
        TableSchema parcels = schema("id bytes(2), part int8", "id");
        Object key = image(parcels, new byte[]{1, -1}, 1L).keyOf(List.of("id"));

        assertThat(key).isEqualTo(image(parcels, new byte[]{1, -1}, 2L).keyOf(List.of("id")))
                .hasSameHashCodeAs(image(parcels, new byte[]{1, -1}, 2L).keyOf(List.of("id")));
        assertThat(key).isNotEqualTo(image(parcels, new byte[]{1, 1}, 1L).keyOf(List.of("id")));
        assertThat(image(parcels, new byte[]{1}, 1L).keyOf(List.of("part", "id")))
                .isEqualTo(image(parcels, new byte[]{1}, 1L).keyOf(List.of("part", "id")));
    }

    @Test
    void aKeyColumnThatIsMissingIsNamedWithThoseThatAreThere() {
        assertThatIllegalArgumentException().isThrownBy(() -> ada.keyOf(List.of("nr")))
                .withMessage("key column 'nr' is not among the row's columns [id, name, email]");
        assertThatIllegalArgumentException().isThrownBy(() -> ada.keyOf(List.of("id", "nr")));
    }

    @Test
    void anImageOfAMapTellsTypesFromValues() {
        Map<String, Object> map = new LinkedHashMap<>();
        map.put("byte", (byte) 1);
        map.put("short", (short) 2);
        map.put("int", 3);
        map.put("long", 4L);
        map.put("big", new BigInteger("18446744073709551615"));
        map.put("decimal", new BigDecimal("1.50"));
        map.put("float", 1.5f);
        map.put("double", 2.5);
        map.put("yes", true);
        map.put("no", false);
        map.put("bytes", new byte[]{7});
        map.put("date", LocalDate.of(2026, 11, 21));
        map.put("datetime", LocalDateTime.of(2026, 11, 21, 13, 14, 15));
        map.put("instant", Instant.parse("2026-11-21T13:14:15Z"));
        map.put("text", "é");
        map.put("null", null);
        Image image = Image.of(map);

        assertThat(image.schema().key()).isEmpty();
        assertThat(image.schema().columns()).allMatch(Column::nullable);
        assertThat(image.schema().columns().stream().map(c -> c.name() + " " + c.type())).containsExactly("byte int64", "short int64",
                "int int64", "long int64", "big uint64", "decimal decimal(38,10)", "float double", "double double", "yes int8", "no int8",
                "bytes blob", "date date", "datetime datetime(6)", "instant instant(6)", "text text", "null text");
        assertThat(image.values()).containsExactly(1L, 2L, 3L, 4L, new BigInteger("18446744073709551615"), new BigDecimal("1.50"), 1.5f,
                2.5,
                1L, 0L, new byte[]{7}, "2026-11-21", "2026-11-21T13:14:15", "2026-11-21T13:14:15Z", "é", null);
    }

    @Test
    void timesOfAMapAreWrittenAsAColumnOfTheirKindWritesThem() {
        assertThat(Image.of(Map.of("at", LocalDateTime.of(2026, 11, 21, 13, 14))).get("at")).isEqualTo("2026-11-21T13:14:00");
        assertThat(Image.of(Map.of("at", LocalDateTime.of(2026, 11, 21, 13, 14, 15, 120_000_000))).get("at"))
                .isEqualTo("2026-11-21T13:14:15.12");
        assertThat(Image.of(Map.of("at", Instant.parse("2026-11-21T13:14:00.120Z"))).get("at")).isEqualTo("2026-11-21T13:14:00.12Z");
    }

    @Test
    void anImageOfAnImageIsItself() {
        assertThat(Image.of(ada)).isSameAs(ada);
    }

    @Test
    void anImageOfAMapDoesNotFollowTheMap() {
        Map<String, Object> map = new HashMap<>(Map.of("id", 1));
        Image image = Image.of(map);
        map.put("id", 2);

        assertThat(image.get("id")).isEqualTo(1L);
    }

    @Test
    void aValueThatWasNotSentCanNotBeTakenForOne() {
        Image half = image(customers, 1L, Image.UNKNOWN, null);

        assertThat(half.whole()).isFalse();
        assertThat(ada.whole()).isTrue();
        assertThat(half.knows(0)).isTrue();
        assertThat(half.knows(1)).isFalse();
        assertThat(half.knows(2)).isTrue();
        assertThat(half.valueOrUnknown(1)).isSameAs(Image.UNKNOWN);
        assertThat(half.valueOrUnknown(0)).isEqualTo(1L);
        assertThatThrownBy(() -> half.value(1)).isInstanceOf(UnknownValueException.class)
                .hasMessageStartingWith("the value of column 'name' is needed here, and the source did not send it");
        assertThat(half).hasToString("{id=1, name=(not sent), email=null}");
    }

    @Test
    void whatWasNotSentIsTakenFromAnotherImageOfTheRowByItsName() {
        Image half = image(schema("id uint64, name string(20), email text, note text"), 1L, Image.UNKNOWN, "new", Image.UNKNOWN);
        Image other = image(schema("name string(20), email text"), "Ada", "old");

        assertThat(half.completedFrom(other)).hasToString("{id=1, name=Ada, email=new, note=(not sent)}");
        assertThat(half.completedFrom(other).schema()).isSameAs(half.schema());
        assertThat(half.knows(1)).isFalse();
    }

    @Test
    void withoutItsKeyItHasTheSameValues() {
        Image keyless = ada.keyless();

        assertThat(keyless.values()).containsExactly(1L, "Ada", null);
        assertThat(keyless.schema()).isEqualTo(schema("id uint64, name string(20), email string(254) null"));
        assertThat(keyless.keyless()).isSameAs(keyless);
    }

    @Test
    void numbersAreTheSameWhateverTheirClassAndBytesWhateverTheirPlace() {
        assertThat(Image.sameValue(7L, new BigDecimal("7.00"))).isTrue();
        assertThat(Image.sameValue(BigInteger.valueOf(7), 7L)).isTrue();
        assertThat(Image.sameValue(new BigDecimal("1.5"), new BigDecimal("1.50"))).isTrue();
        assertThat(Image.sameValue(BigInteger.TWO.pow(70), new BigDecimal(BigInteger.TWO.pow(70)))).isTrue();
        assertThat(Image.sameValue(7L, 7L)).isTrue();
        assertThat(Image.sameValue(7L, 8L)).isFalse();
        assertThat(Image.sameValue(7L, new BigDecimal("7.01"))).isFalse();
        assertThat(Image.sameValue(7L, "7")).isFalse();
        assertThat(Image.sameValue("7", 7L)).isFalse();
        assertThat(Image.sameValue(7L, null)).isFalse();
        assertThat(Image.sameValue(null, null)).isTrue();
        assertThat(Image.sameValue(new byte[]{1}, new byte[]{1})).isTrue();
        assertThat(Image.sameValue(new byte[]{1}, new byte[]{2})).isFalse();
        assertThat(Image.sameValue(new byte[]{1}, "x")).isFalse();
        assertThat(Image.sameValue("x", new byte[]{1})).isFalse();
    }

    @Test
    void onlyTextsOfDocumentsAreComparedAsDocuments() {
        assertThat(Image.sameValue(ColumnType.of(Kind.JSON), "[1]", "[ 1 ]")).isTrue();
        assertThat(Image.sameValue(ColumnType.of(Kind.TEXT), "[1]", "[ 1 ]")).isFalse();
        assertThat(Image.sameValue(ColumnType.of(Kind.JSON), "[1]", null)).isFalse();
        assertThat(Image.sameValue(ColumnType.of(Kind.JSON), null, "[1]")).isFalse();
    }

    @Test
    void itsCanonicalFormRewritesDocumentsAndNothingElse() {
        Image image = image(schema("id int64, doc json null, text text, none json null"), 1L, "[ 1.0 ]", "[ 1.0 ]", null);

        assertThat(image.canonical().values()).containsExactly(1L, "[1,]", "[ 1.0 ]", null);
        assertThat(image.canonical().schema()).isSameAs(image.schema());
        assertThat(image.get("doc")).as("the first one stays as it was").isEqualTo("[ 1.0 ]");
    }

    @Test
    void itsEntriesAreAsManyAsItsColumns() {
        assertThat(ada.entrySet()).hasSize(3);
        assertThat(ada.entrySet().size()).isEqualTo(3);
        assertThat(ada).hasToString("{id=1, name=Ada, email=null}");
    }
}
