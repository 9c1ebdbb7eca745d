package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.Map;
import java.util.regex.Pattern;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SourceCatalogTest {

    private static final Pattern CODE = Pattern.compile("_x([0-9a-f]+)_");

    private final SourceCatalog catalog = new SourceCatalog(Map.of("store", "shop", "shipping", "shop", "hr", "office"));

    @Test
    void findsTheSourceByTheDatabase() {
        assertThat(catalog.topic("store.customers")).isEqualTo("shop.store.customers");
        assertThat(catalog.topic("shipping.carriers")).isEqualTo("shop.shipping.carriers");
        assertThat(catalog.topic("hr.people")).isEqualTo("office.hr.people");
    }

    @Test
    void aTableMayBeNamedWithItsSource() {
        assertThat(catalog.topic("shop.store.customers")).isEqualTo("shop.store.customers");
    }

    @Test
    void anUnknownDatabaseIsNamedWithThoseThatAreKnown() {
        assertThatIllegalArgumentException().isThrownBy(() -> catalog.topic("stor.customers"))
                .withMessage("change:stor.customers: no source has a "
                        + "database 'stor'; the sources' databases are [hr, shipping, store]. Add it to bactrian.source.<name>.databases");
    }

    @Test
    void anUnknownSourceIsNamedWithThoseThatAreKnown() {
        assertThatIllegalArgumentException().isThrownBy(() -> catalog.topic("shpo.store.customers"))
                .withMessage("change:shpo.store.customers: there is no source 'shpo'; the sources are [office, shop]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "customers", "store.", "a.b.c.d"})
    void whatIsNoDatabaseAndTableIsRefused(String table) {
        assertThatIllegalArgumentException().isThrownBy(() -> catalog.topic(table))
                .withMessage("change:" + table + " names no table; expected change:<database>.<table>, such as change:store.customers");
    }

    @ParameterizedTest
    @ValueSource(strings = {"store.customers", "store.a$b", "store.a_x24_b", "store.a__x24_", "store.größe", "store.two words", "store._x",
        "store.x_$_x5f_", "store.\uD83D\uDC2B"})
    void theTableOfATopicIsFoundAgain(String table) {
        assertThat(SourceCatalog.table("shop", SourceCatalog.topic("shop", table))).isEqualTo(table);
    }

    @Test
    void whatATopicMayNotHoldIsWrittenAsItsCode() {
        assertThat(SourceCatalog.topic("shop", "store.a$b")).isEqualTo("shop.store.a_x24_b");
        assertThat(SourceCatalog.topic("shop", "store.größe")).isEqualTo("shop.store.gr_xf6__xdf_e");
        assertThat(SourceCatalog.topic("shop", "store.order items")).isEqualTo("shop.store.order_x20_items");
        assertThat(catalog.topic("store.a$b")).isEqualTo("shop.store.a_x24_b");
    }

    @Test
    void namesThatKafkaAllowsStayAsTheyAre() {
        for (String name : new String[]{"store.order_items", "store.order_xref", "store.a-b", "store.A_x", "store._x_", "store.__"}) {
            assertThat(SourceCatalog.topic("shop", name)).isEqualTo("shop." + name);
        }
    }

    @Test
    void aNameThatLooksLikeACodeIsNotTakenForIt() {
        assertThat(SourceCatalog.topic("shop", "store.a_x24_b")).isNotEqualTo(SourceCatalog.topic("shop", "store.a$b"));
    }

    @Test
    void whatAnotherPipelinePassesOnIsCalledAsItsTopic() {
        assertThat(catalog.topic("topic:curated.customers")).isEqualTo("curated.customers");
    }

    @Test
    void noPipelinePassesOnUnderTheNameOfASourcesTable() {
        catalog.checkPassedOn("shopping.customers");
        assertThatThrownBy(() -> catalog.checkPassedOn("shop.store.customers"))
                .hasMessage("topic:shop.store.customers begins with the name of source shop,"
                        + " whose tables' topics are called so; expected another name, such as curated.store.customers");
    }

    @Property(tries = 5_000)
    void aTablesNameCanBeToldFromItsTopicSoThatDifferentTablesHaveDifferentTopics(@ForAll("names") String name) {
        String topic = SourceCatalog.topic("shop", name);

        assertThat(topic).matches("[a-zA-Z0-9._-]+");
        assertThat(CODE.matcher(topic).replaceAll(code -> Character.toString(Integer.parseInt(code.group(1), 16)).replace("$", "\\$")))
                .isEqualTo("shop." + name);
    }

    /** Of pieces that codes are made of, so that names come near to each other. */
    @Provide
    Arbitrary<String> names() {
        return Arbitraries.of("_", "x", "24", "5f", "_x", "_x24_", "_x24", "_x5f_", "$", "ö", " ", "a", "\ud83d\udc2a").list().ofMinSize(1)
                .ofMaxSize(8)
                .map(pieces -> String.join("", pieces));
    }

    @Test
    void aTopicBelongsToTheSourceItBeginsWith() {
        assertThat(catalog.sourceOf("shop.store.customers")).contains("shop");
        assertThat(catalog.sourceOf("office.hr.people")).contains("office");
        assertThat(catalog.sourceOf("shopping.customers")).isEmpty();
        assertThat(catalog.sourceOf("curated.customers")).isEmpty();
    }
}
