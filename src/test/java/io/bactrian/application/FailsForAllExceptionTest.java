package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FailsForAllExceptionTest {

    private final FailsForAllException away = new FailsForAllException("away");

    private Throwable wrapped(int times) {
        Throwable outer = away;
        for (int i = 0; i < times; i++) {
            outer = new IllegalStateException("outer " + i, outer);
        }
        return outer;
    }

    @Test
    void isFoundAmongTheCausesHoweverDeep() {
        assertThat(FailsForAllException.in(away)).isSameAs(away);
        assertThat(FailsForAllException.in(wrapped(1))).isSameAs(away);
        assertThat(FailsForAllException.in(wrapped(99))).isSameAs(away);
    }

    @Test
    void isNotFoundWhereThereIsNone() {
        assertThat(FailsForAllException.in(new IllegalStateException("no"))).isNull();
        assertThat(FailsForAllException.in(wrapped(100))).as("a hundred are looked at").isNull();
    }

    @Test
    void aRingOfCausesIsNoEndlessSearch() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("other", one));

        assertThat(FailsForAllException.in(one)).isNull();
    }
}
