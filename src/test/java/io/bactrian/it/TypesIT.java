package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.testing.EverySource;
import io.bactrian.testing.SourceUnderTest.TypeTable;
import java.util.TimeZone;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every type of every kind of source, at its edges, through snapshot and log, into a table made from what travelled
 * with the changes.
 */
@ParameterizedClass(name = "{0}")
@MethodSource("io.bactrian.testing.SourceUnderTest#all")
class TypesIT extends EverySource {

    @Test
    void keepsEveryValueExactlyWhereverItsJvmAndItsServerAre() {
        TypeTable types = kind.types();
        TimeZone before = TimeZone.getDefault();
        try {
            TimeZone.setDefault(TimeZone.getTimeZone(types.zone()));
            source(types, Stream.concat(types.table().stream(), rows(types, 1)));
            scenario.mirror("types").start();
            scenario.drain();
            assertThat(scenario.deadLetters()).isEmpty();
            types.exact().accept(scenario);
            assertThat(scenario.differences()).as("after the snapshot").isEmpty();

            source(types, Stream.of(rows(types, 11), rows(types, 21), Stream.of(types.update())).flatMap(all -> all));
            scenario.drain();
            assertThat(scenario.deadLetters()).isEmpty();
            assertThat(scenario.rows("select id from NAME.types order by id")).hasSize(3 * types.rows().size());
            types.exact().accept(scenario);
            assertThat(scenario.differences()).isEmpty();
        } finally {
            scenario.source(types.after().toArray(String[]::new));
            TimeZone.setDefault(before);
        }
    }

    private static Stream<String> rows(TypeTable types, int firstId) {
        return IntStream.range(0, types.rows().size()).mapToObj(i -> types.rows().get(i).replace("ID", Integer.toString(firstId + i)));
    }

    private void source(TypeTable types, Stream<String> statements) {
        scenario.source(Stream.concat(types.given().stream(), statements).toArray(String[]::new));
    }
}
