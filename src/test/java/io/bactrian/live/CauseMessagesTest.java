package io.bactrian.live;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.settings.ConfigurationException;
import java.util.List;
import org.apache.camel.RuntimeCamelException;
import org.junit.jupiter.api.Test;

class CauseMessagesTest {

    @Test
    void aFaultInTheConfigurationIsSaidAsItIs() {
        ConfigurationException fault = new ConfigurationException(List.of("a is wrong", "b is wrong"));

        assertThat(CauseMessages.explain(new IllegalStateException("around it", fault))).isSameAs(fault);
        assertThat(fault).hasMessage("a is wrong" + System.lineSeparator() + "b is wrong");
    }

    @Test
    void whatCamelWrapsIsSaidOnceAndWithoutTheWrapping() {
        Exception failure = new RuntimeCamelException("Failed to create route r because: mode is 'x'",
                new RuntimeException("mode is 'x'", new IllegalArgumentException("mode is 'x'")));

        assertThat(CauseMessages.explain(failure)).hasMessage("mode is 'x'").hasCause(failure);
    }

    @Test
    void whatSaysMoreThanItsCauseIsSaidInItsPlace() {
        assertThat(CauseMessages.explain(new IllegalStateException("source shop: could not read store.orders: permission denied",
                new java.sql.SQLException("permission denied"))))
                .hasMessage("source shop: could not read store.orders: permission denied");
    }

    @Test
    void differentSentencesAreAllSaid() {
        assertThat(CauseMessages.explain(new IllegalStateException("Kafka is away", new RuntimeException("no route to host"))))
                .hasMessage("Kafka is away" + System.lineSeparator() + "no route to host");
    }

    @Test
    void aFailureWithoutWordsIsNamedByItsKind() {
        assertThat(CauseMessages.explain(new NullPointerException())).hasMessage("java.lang.NullPointerException");
    }
}
