package io.bactrian.routes;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.application.RowRoutes.RowRoute;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.testing.Given;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MaskKameletTest {

    private static final TableSchema SCHEMA = schema("id int64, email string(254) null, card string(19) null, born date null", "id");
    private static final Image ADA = image(SCHEMA, 1L, "ada@example.org", "4711-0815-1234", "1985-12-10");
    private static final Image EVE = image(SCHEMA, 1L, null, null, null);

    // printf %s ada@example.org | openssl dgst -sha256 -hmac 0123456789abcdef
    private static final String HASH = "48eef52843ab78cd641876afd0f93ce36cd8f1140d12da77c82ac27f919a849d";

    private final KameletScene scene = new KameletScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"- to: kamelet:mask?columns=email", "- to: kamelet:mask?columns=email&how=hash"})
    void hashesByDefault(String step) throws Exception {
        scene.route(step);
        String hash = "id=1 email=" + HASH + " card=4711-0815-1234 born=1985-12-10";

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE " + hash);
        assertThat(scene.rows(update(EVE, ADA))).containsExactly("WRITE " + hash);
        assertThat(scene.rows(delete(ADA))).containsExactly("DELETE " + hash);
        assertThat(scene.rows(update(ADA, EVE))).containsExactly("WRITE id=1 email=null card=null born=null");
        assertThat(scene.rows(truncate())).containsExactly("CLEAR");
    }

    @Test
    void redactsByAConstantText() throws Exception {
        scene.route("- to: kamelet:mask?columns=email, card&how=redact");

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE id=1 email=*** card=*** born=1985-12-10");
        assertThat(scene.rows(delete(EVE))).containsExactly("DELETE id=1 email=null card=null born=null");
        assertThat(scene.process(insert(ADA)).get(0).image().schema())
                .isEqualTo(schema("id int64, email string(3) null, card string(3) null, born date null", "id"));
    }

    @Test
    void redactsByTheTextThatIsGiven() throws Exception {
        scene.route(
                "- to:\n    uri: kamelet:mask\n    parameters:\n      columns: email\n      how: redact\n      with: 'not shown, see #12'");

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE id=1 email=not shown, see #12 card=4711-0815-1234 born=1985-12-10");
    }

    @Test
    void showsTheLastFourCharacters() throws Exception {
        scene.route("- to: kamelet:mask?columns=card&how=last-four");

        assertThat(scene.rows(update(EVE, ADA))).containsExactly("WRITE id=1 email=ada@example.org card=**********1234 born=1985-12-10");
    }

    @Test
    void keepsTheYearOfADate() throws Exception {
        scene.route("- to: kamelet:mask?columns=born&how=year-only");

        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE id=1 email=ada@example.org card=4711-0815-1234 born=1985");
        assertThat(scene.rows(delete(ADA))).containsExactly("DELETE id=1 email=ada@example.org card=4711-0815-1234 born=1985");
    }

    @Test
    void aColumnThatIsNotThereFailsTheChange() {
        scene.route("- to: kamelet:mask?columns=e-mail&how=redact");

        assertThatThrownBy(() -> scene.rows(insert(ADA)))
                .hasMessage("mask: column 'e-mail' is not in store.customers, which has [id, email, card, born]");
    }

    @Test
    void whatIsWrittenWrongIsSaidWhenTheRouteStarts() {
        assertThatThrownBy(() -> scene.route("- to: kamelet:mask?columns=email&how=encrypt"))
                .hasStackTraceContaining("mask: how is 'encrypt'; expected hash, redact, last-four or year-only");
        assertThat(scene.routes.of("p", Given.TOPIC)).extracting(RowRoute::id).isEmpty();
    }

    @Test
    void noColumnsAtAllAreAFaultAndNotNothing() {
        assertThatThrownBy(() -> scene.route("- to: kamelet:mask?columns= , "))
                .hasStackTraceContaining(
                        "mask: columns is ' ,'; expected names of columns, separated by commas, such as columns=email,phone");
    }

    @Test
    void whatIsNoChangeIsRefused() {
        scene.route("- setBody: {simple: '${body.after}'}", "- to: kamelet:mask?columns=email");

        assertThatThrownBy(() -> scene.rows(insert(ADA)))
                .hasMessage("kamelet mask got a body of type io.bactrian.domain.Image; expected a change."
                        + " Put it before the step that makes something else of the change, or split a list first");
    }
}
