package io.bactrian.settings;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.cli.Commands.Ended;
import io.bactrian.cli.Commands;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code bactrian run --only}: which parts are meant, and that others are refused before anything starts. */
class StagesTest {

    private static final Set<String> SOURCES = Set.of("shop", "office");
    private static final Set<String> PIPELINES = Set.of("sales", "curate", "wards");

    @TempDir
    private Path folder;

    @Test
    void partsAreSaidInWords() {
        assertThat(Stages.ALL.of(SOURCES, PIPELINES)).isEqualTo("capture of [office, shop], pipelines [curate, sales, wards]");
        assertThat(Stages.only(List.of("capture", "pipelines")).of(SOURCES, PIPELINES)).isEqualTo(Stages.ALL.of(SOURCES, PIPELINES));
        assertThat(Stages.only(List.of("capture")).of(SOURCES, PIPELINES)).isEqualTo("capture of [office, shop]");
        assertThat(Stages.only(List.of("pipelines")).of(SOURCES, PIPELINES)).isEqualTo("pipelines [curate, sales, wards]");
        assertThat(Stages.only(List.of("sales", "curate")).of(SOURCES, PIPELINES)).isEqualTo("pipelines [curate, sales]");
        assertThat(Stages.only(List.of("sales", "capture")).of(SOURCES, PIPELINES))
                .isEqualTo("capture of [office, shop], pipelines [sales]");
    }

    /** Nobody listens where the settings say that Kafka and the servers are. */
    @Test
    void partsThatThereAreNotAreRefusedBeforeAnythingStarts() throws IOException {
        route("curate", "topic:curated.customers");
        route("sales", "warehouse:customers");
        Path settings = Files.writeString(folder.resolve("application.properties"), """
                bactrian.kafka.bootstrap-servers=127.0.0.1:1
                bactrian.source.shop.host=127.0.0.1
                bactrian.source.shop.port=1
                bactrian.source.shop.user=reader
                bactrian.source.shop.password=secret
                bactrian.source.shop.databases=store
                bactrian.warehouse.main.url=jdbc:mysql://127.0.0.1:1/warehouse
                bactrian.warehouse.main.user=writer
                bactrian.pipeline.curate.warehouse=topics
                bactrian.http.port=0
                bactrian.routes=%s
                """.formatted(folder.resolve("routes")));

        Ended ended = Commands.execute("run", "--only", "captur,curat,nightly,sales", "--config", settings.toString());

        assertThat(ended.err()).contains("--only names 'captur', which is no part of this Bactrian; did you mean 'capture'?")
                .contains("--only names 'curat', which is no part of this Bactrian; did you mean 'curate'?")
                .contains(
                        "--only names 'nightly', which is no part of this Bactrian; expected capture, pipelines, or "
                                + "some of the pipelines [curate, sales]");
        assertThat(ended.err()).doesNotContain("'sales'");
        assertThat(ended.exitCode()).isEqualTo(2);
    }

    private void route(String pipeline, String to) throws IOException {
        Path file = folder.resolve("routes").resolve(pipeline).resolve("customers.camel.yaml");
        Files.createDirectories(file.getParent());
        Files.writeString(file, "- route:\n    id: " + pipeline
                + "\n    from:\n      uri: change:store.customers\n      steps:\n        - to: " + to + "\n");
    }
}
