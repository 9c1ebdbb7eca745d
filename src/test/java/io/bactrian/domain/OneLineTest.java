package io.bactrian.domain;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OneLineTest {

    @Test
    void aBlankStandsForEachLineBreakAndTheBlanksAroundIt() {
        assertThat(OneLine.of("first  \r\n\n   second\nthird")).isEqualTo("first second third");
        assertThat(OneLine.of("one  line")).isEqualTo("one  line");
        assertThat(OneLine.of("")).isEmpty();
    }
}
