package io.bactrian.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarFile;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The jar of the image, built without Docker from what the Dockerfile hands to Maven and from nothing else. */
@Tag("alone") // a whole build beside other tests would take their time
class ImageBuildIT {

    private final Dockerfile dockerfile = Dockerfile.read();

    @TempDir
    private Path build;
    @TempDir
    private Path image;

    private record Ended(int exitCode, String output) {
    }

    @Test
    void whatIsBuiltRunsAndHasTheKameletsInIt() throws Exception {
        dockerfile.copyForBuild(build);
        List<String> maven = new ArrayList<>(List.of("mvn", "-o"));
        maven.addAll(dockerfile.maven());
        Ended built = run(build, maven.toArray(String[]::new));
        assertThat(built.exitCode()).as(built.output()).isZero();

        try (JarFile jar = new JarFile(build.resolve("target/bactrian.jar").toFile());
                Stream<Path> shipped = Files.list(Path.of("routes/kamelets"))) {
            assertThat(shipped.toList()).isNotEmpty()
                    .allSatisfy(
                            kamelet -> assertThat(jar.getEntry("kamelets/" + kamelet.getFileName())).as(kamelet.toString()).isNotNull());
        }

        dockerfile.copyImage(build, image);
        Ended version = run(image, "./bactrian", "--version");
        assertThat(version.output()).startsWith("bactrian ").doesNotContain("not packaged");
        assertThat(version.exitCode()).isZero();
        routesOfOnesOwn();
        // No server is there; what it says of the routes is all that is looked at.
        assertThat(run(image, "./bactrian", "check", "--config", "own.properties").output().lines())
                .anyMatch(line -> line.matches("ok +routes +1 route of pipeline own"));
    }

    /** Mounted over those of the image, and without the kamelets that are in its jar. */
    private void routesOfOnesOwn() throws IOException {
        Path pipeline = Files.createDirectories(image.resolve("own/own"));
        Files.writeString(pipeline.resolve("one.camel.yaml"), """
                - route:
                    id: own-customers
                    from:
                      uri: change:store.customers
                      steps:
                        - to: kamelet:drop-columns?columns=phone
                        - to: warehouse:customers?mode=mirror
                """);
        Files.writeString(image.resolve("own.properties"), """
                bactrian.routes=own
                bactrian.kafka.bootstrap-servers=127.0.0.1:1
                bactrian.source.shop.host=127.0.0.1
                bactrian.source.shop.port=1
                bactrian.source.shop.user=bactrian
                bactrian.source.shop.password=none
                bactrian.source.shop.databases=store
                bactrian.warehouse.main.url=jdbc:mysql://127.0.0.1:1/warehouse
                bactrian.warehouse.main.user=bactrian
                bactrian.warehouse.main.password=none
                bactrian.pipeline.own.warehouse=main
                """);
    }

    private Ended run(Path in, String... command) throws Exception {
        Process process = dockerfile.start(in, command);
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return new Ended(process.exitValue(), output);
    }
}
