package io.bactrian.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.domain.Image;
import io.bactrian.domain.Mode;
import io.bactrian.domain.Operation;
import io.bactrian.domain.Position;
import io.bactrian.domain.Row;
import io.bactrian.domain.TableSchema;
import io.bactrian.domain.Target;
import io.bactrian.testing.Given;
import io.bactrian.testing.Servers;
import io.bactrian.testing.WarehouseRun;
import io.bactrian.testing.WarehouseUnderTest;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A model equals its SELECT also when a table that it reads holds more than it did when the model was built. */
class ModelsOfChangedTablesIT {

    private static final TableSchema NARROW = Given.schema("id int64, at datetime null", "id");
    private static final TableSchema WIDE = Given.schema("id int64, at datetime(6) null", "id");
    private static final String MODEL = "-- key: id\n-- reads books: id\nselect b.id, b.at from books b where true /* keys: b.id */\n";
    private static final String OF_A_MODEL = "-- key: id\n-- reads times: id\nselect t.id, t.at from times t where true /* keys: t.id */\n";

    @ParameterizedTest
    @MethodSource("io.bactrian.testing.WarehouseUnderTest#all")
    void modelsAreRebuiltWithTheWiderType(WarehouseUnderTest kind) throws Exception {
        try (WarehouseRun run = new WarehouseRun(Servers.shared(), kind, Map.of("books", NARROW))) {
            run.model("times", "-- Times.\n" + MODEL).model("later", "-- Times again.\n" + OF_A_MODEL);
            run.apply(0, run.insert("books", 1L, "2026-11-21T13:14:15"));
            assertThat(run.models.step()).isTrue();

            Image image = Given.image(WIDE, 2L, "2026-11-21T13:14:15.623456");
            run.write(new Row(new Target("books", Mode.MIRROR, List.of("id"), false), Row.Meaning.WRITE, image,
                    Given.change(Operation.INSERT, null, image, new Position("books", 0, 100)), "r"));
            // The second reads the first.
            run.models.step();
            assertThat(run.models.step()).isTrue();
            for (String table : List.of("books", "times", "later")) {
                assertThat(run.rows("select id from " + table + " where at = '2026-11-21 13:14:15.623456'")).as(table)
                        .containsExactly("2");
            }
            assertThat(run.differences()).isEmpty();
        }
    }
}
