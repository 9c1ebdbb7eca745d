package io.bactrian.routes;

import static io.bactrian.testing.Given.delete;
import static io.bactrian.testing.Given.image;
import static io.bactrian.testing.Given.insert;
import static io.bactrian.testing.Given.read;
import static io.bactrian.testing.Given.schema;
import static io.bactrian.testing.Given.truncate;
import static io.bactrian.testing.Given.update;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Change;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OnlyIfKameletTest {

    private static final TableSchema SCHEMA = schema("id int64, email string(254) null", "id");
    private static final Image ADA = image(SCHEMA, 1L, "ada@example.org");
    private static final Image TEST = image(SCHEMA, 1L, "bot@test.invalid");
    private static final Image NOBODY = image(SCHEMA, 1L, null);

    private final KameletScene scene = new KameletScene();

    @AfterEach
    void close() {
        scene.close();
    }

    @Test
    void aMirrorHoldsExactlyTheRowsThatAreMeant() throws Exception {
        scene.route("- to: kamelet:only-if?condition=email !endsWith '@test.invalid'");

        assertThat(scene.rows(read(ADA))).containsExactly("WRITE id=1 email=ada@example.org");
        assertThat(scene.rows(read(TEST))).isEmpty();
        assertThat(scene.rows(insert(ADA))).containsExactly("WRITE id=1 email=ada@example.org");
        assertThat(scene.rows(insert(TEST))).isEmpty();
        assertThat(scene.rows(update(ADA, NOBODY))).as("stays").containsExactly("WRITE id=1 email=null");
        assertThat(scene.rows(update(ADA, TEST))).as("leaves").containsExactly("DELETE id=1 email=ada@example.org");
        assertThat(scene.rows(update(TEST, ADA))).as("enters").containsExactly("WRITE id=1 email=ada@example.org");
        assertThat(scene.rows(update(TEST, TEST))).as("was never in").isEmpty();
        assertThat(scene.rows(delete(ADA))).containsExactly("DELETE id=1 email=ada@example.org");
        assertThat(scene.rows(delete(TEST))).isEmpty();
        assertThat(scene.rows(truncate())).containsExactly("CLEAR");
    }

    @Test
    void aRowWithoutAnEmailIsNoTestCustomer() throws Exception {
        scene.route("- to: kamelet:only-if?condition=email !endsWith '@test.invalid'");

        assertThat(scene.rows(insert(NOBODY))).containsExactly("WRITE id=1 email=null");
    }

    @Test
    void theConditionMayHoldAnyCharacterAsAParameter() throws Exception {
        scene.route(
                "- to:\n    uri: kamelet:only-if\n    parameters:\n      condition: RAW(email contains 'a+b' or email "
                        + "= '50% & more' or email = 'x?y=#1')");

        for (String email : List.of("a+b@example.org", "50% & more", "x?y=#1")) {
            assertThat(scene.rows(insert(image(SCHEMA, 1L, email)))).containsExactly("WRITE id=1 email=" + email);
        }
        assertThat(scene.rows(insert(ADA))).isEmpty();
    }

    @Test
    void aColumnThatIsNotThereFailsTheChange() {
        scene.route("- to: kamelet:only-if?condition=emial = 'x'");

        assertThatThrownBy(() -> scene.rows(insert(ADA)))
                .hasMessage("condition \"emial = 'x'\": column 'emial' is not in store.customers, which has [id, email]");
    }

    @Test
    void aConditionThatIsNoneIsSaidWhenTheRouteStarts() {
        assertThatThrownBy(() -> scene.route("- to: kamelet:only-if?condition=email like 'x'")).hasStackTraceContaining(
                "condition \"email like 'x'\", character 7: 'like' found, expected one of = != < <= > >= contains startsWith endsWith");
        assertThat(List.copyOf(scene.routes.pipelines())).isEmpty();
    }

    @Test
    void oneOfSeveralPartsMayBeLetThrough() throws Exception {
        Change change = insert(ADA);
        scene.load("""
                - route:
                    id: r
                    from:
                      uri: change:store.customers?pipeline=p
                      steps:
                        - split:
                            method: {beanType: java.util.Arrays, method: "asList(${body}, ${body})"}
                            steps:
                              - to: kamelet:only-if?condition=id = 2
                              - to: warehouse:never
                        - to: warehouse:t
                """);

        assertThat(scene.process(change)).extracting(row -> row.target().table()).containsExactly("t");
    }
}
