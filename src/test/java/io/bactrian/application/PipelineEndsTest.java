package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.bactrian.domain.Mode;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class PipelineEndsTest {

    private final List<String> asked = new ArrayList<>();
    private final PipelineEnds ends = new PipelineEnds(pipeline -> {
        asked.add(pipeline);
        return pipeline.equals("curate") ? Capabilities.topics() : Capabilities.everything("warehouse main");
    });

    @Test
    void aTableIsWrongInAPipelineThatEndsInTopics() {
        assertThat(ends.faultOfTable("bookstore", "warehouse:customers")).isEmpty();
        assertThat(ends.faultOfTable("curate", "warehouse:customers")).hasValueSatisfying(
                fault -> assertThat(fault)
                        .startsWith("warehouse:customers: pipeline curate ends in topics (bactrian.pipeline.curate.warehouse)"));
        assertThatCode(() -> ends.checkTable("bookstore", "warehouse:customers", Mode.ADD)).doesNotThrowAnyException();
        assertThatThrownBy(() -> ends.checkTable("curate", "warehouse:customers", Mode.ADD)).isInstanceOf(FailsForAllException.class)
                .hasMessage(ends.faultOfTable("curate", "warehouse:customers").orElseThrow());
    }

    @Test
    void aTopicIsWrongInAPipelineThatEndsInAWarehouse() {
        assertThat(ends.faultOfTopic("curate", "topic:customers")).isEmpty();
        assertThat(ends.faultOfTopic("bookstore", "topic:customers")).hasValueSatisfying(
                fault -> assertThat(fault).startsWith("topic:customers: pipeline bookstore ends in a warehouse"));
        assertThatCode(() -> ends.checkTopic("curate", "topic:customers")).doesNotThrowAnyException();
        assertThatThrownBy(() -> ends.checkTopic("bookstore", "topic:customers")).isInstanceOf(FailsForAllException.class)
                .hasMessage(ends.faultOfTopic("bookstore", "topic:customers").orElseThrow());
    }

    @Test
    void theSettingsAreLookedIntoOnce() {
        ends.faultOfTable("curate", "a");
        ends.faultOfTopic("curate", "b");

        assertThat(asked).containsExactly("curate");
    }
}
