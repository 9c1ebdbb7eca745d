package io.bactrian.main;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.infrastructure.embedded.EmbeddedKafka;
import io.bactrian.infrastructure.embedded.EmbeddedMySql;
import io.bactrian.infrastructure.embedded.MySqlBinaries;
import io.bactrian.infrastructure.embedded.Progress;
import io.bactrian.infrastructure.embedded.ServerHome;
import io.bactrian.testing.Servers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** docs/getting-started.md, followed word by word on fresh servers; only the ports are others. */
class GettingStartedIT {

    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);
    private static final Path WORK = Path.of("target", "getting-started").toAbsolutePath();

    private final List<AutoCloseable> open = new ArrayList<>();
    private EmbeddedMySql source;
    private EmbeddedMySql warehouse;
    private EmbeddedKafka kafka;

    @BeforeEach
    void startFreshServers() throws IOException {
        delete(WORK);
        Files.createDirectories(WORK.resolve("bin"));
        ServerHome home = ServerHome.standard().withData(Path.of("target", "servers", "getting-started"));
        Progress progress = line -> System.err.println("servers: " + line);
        home.cleanUp(progress);
        delete(home.servers().resolve("data"));
        MySqlBinaries binaries = MySqlBinaries.locate(home, progress);
        kafka = opened(EmbeddedKafka.start(home, "kafka", progress));
        source = opened(EmbeddedMySql.start(binaries, home, "source", 21, progress));
        warehouse = opened(EmbeddedMySql.start(binaries, home, "warehouse", 22, progress));
        // The client that came with the servers, by the name that the page calls it.
        Path mysql = Files.writeString(WORK.resolve("bin/mysql"), "#!/bin/sh\ncd " + Path.of("").toAbsolutePath() + "\nexec " + source.clientCommand() + " \"$@\"\n");
        Files.setPosixFilePermissions(mysql, PosixFilePermissions.fromString("rwxr-xr-x"));
        // The launcher runs the jar beside it; what the page does in the clone, it does here.
        Files.createSymbolicLink(WORK.resolve("docs"), Path.of("docs").toAbsolutePath());
        Path launcher = Files.writeString(WORK.resolve("bactrian"), "#!/bin/sh\nexec " + Path.of("bactrian").toAbsolutePath() + " \"$@\"\n");
        Files.setPosixFilePermissions(launcher, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private <T extends AutoCloseable> T opened(T server) {
        open.add(0, server);
        return server;
    }

    @AfterEach
    void stop() throws Exception {
        for (AutoCloseable one : open) {
            one.close();
        }
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    @Test
    void leadsToAMirroredWarehouse() throws Exception {
        List<String> blocks = new ArrayList<>();
        Matcher matcher = COMMANDS.matcher(Files.readString(Path.of("docs/getting-started.md")));
        while (matcher.find()) {
            blocks.add(matcher.group(1).replace("127.0.0.1:3306", "127.0.0.1:" + source.port()).replace("-P 3306", "-P " + source.port())
                    .replace("127.0.0.1:3307", "127.0.0.1:" + warehouse.port()).replace("-P 3307", "-P " + warehouse.port()).replace("127.0.0.1:9092", kafka.bootstrapServers()));
        }
        Path folder = WORK;
        Process running = null;
        long begin = System.nanoTime();
        StringBuilder said = new StringBuilder();
        try {
            for (String block : blocks) {
                if (block.equals("../bactrian run\n")) {
                    running = process(folder, block, WORK.resolve("run.log")).start();
                    open.add(0, running::destroy);
                    continue;
                }
                // A terminal keeps its variables and its folder from one block to the next.
                block.lines().filter(line -> line.startsWith("export ")).forEach(line -> append(WORK.resolve("variables"), line + "\n"));
                Path output = WORK.resolve("block-" + said.length() + ".log");
                Process process = process(folder, block, output).start();
                assertThat(process.waitFor(10, TimeUnit.MINUTES)).as(block).isTrue();
                String out = Files.readString(output);
                System.out.printf("%4d s  %s", (System.nanoTime() - begin) / 1_000_000_000, block.indent(8).strip() + "\n" + out.indent(8));
                said.append(out);
                assertThat(process.exitValue()).as("%s%n%s", block, out).isZero();
                for (String line : block.lines().filter(line -> line.startsWith("cd ")).toList()) {
                    folder = folder.resolve(line.substring(3)).normalize();
                }
            }
        } finally {
            if (running != null) {
                running.descendants().forEach(ProcessHandle::destroy);
                running.destroy();
                running.waitFor(1, TimeUnit.MINUTES);
            }
        }

        assertThat(said).contains("30 tables of fleet, workshop").contains("30 routes of pipeline fleet").contains("check: no faults").contains(" 0 differences")
                .doesNotContain("a-secret-of-your-own").doesNotContain("another-secret").doesNotContain("sixteen-characters");
        assertThat(Files.readString(WORK.resolve("run.log"))).doesNotContain("DOWN");
        String odometer = "select odometer_km from DATABASE where plate = 'HH-7'";
        assertThat(Servers.query(warehouse, odometer.replace("DATABASE", "warehouse.fleet_Vehicles"))).isEqualTo(Servers.query(source, odometer.replace("DATABASE", "fleet.Vehicles")));
        assertThat(Servers.query(warehouse, "select count(*) from warehouse.workshop_stock")).containsExactly("37");
        assertThat(Servers.query(warehouse, "select count(*) from warehouse.fleet_drivers where email like '%@%' or phone like '+%'")).containsExactly("0");
        assertThat(Servers.query(warehouse, "select count(*) from information_schema.tables where table_schema = 'warehouse' and (table_name like 'fleet%' or table_name like 'workshop%')"))
                .as("all but the one that has no row yet").containsExactly("29");
        assertThat(secretsIn(WORK.resolve("my-fleet"))).isEmpty();
        anotherInitOverwritesNothing(blocks.stream().filter(block -> block.startsWith("./bactrian init")).findFirst().orElseThrow());
        aDifferenceIsFoundAndEndsWithOne();
    }

    private void anotherInitOverwritesNothing(String init) throws Exception {
        Path edited = WORK.resolve("my-fleet/routes/fleet/drivers.camel.yaml");
        String before = Files.readString(edited);
        Path output = WORK.resolve("init-again.log");

        Process process = process(WORK, init, output).start();

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Files.readString(output)).contains("left as it is: my-fleet/routes/fleet/drivers.camel.yaml (another text was proposed)\n")
                .contains("left as it is: my-fleet/routes/fleet/trips.camel.yaml\n").contains("1 file was there already with another text, and left as it is").doesNotContain("wrote");
        assertThat(Files.readString(edited)).isEqualTo(before).contains("        - to: kamelet:mask?columns=email,phone,date_of_birth,name\n");
    }

    private void aDifferenceIsFoundAndEndsWithOne() throws Exception {
        Servers.execute(source, "update fleet.routes set length_km = 5 where route_id = 1");
        Servers.execute(warehouse, "delete from warehouse.fleet_fines where fine_id = 'F-2'");
        Path output = WORK.resolve("verify-again.log");

        Process process = process(WORK.resolve("my-fleet"), "../bactrian verify", output).start();

        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(Files.readString(output)).contains("row 1: length_km is 126.5 in the warehouse, expected 5.0").contains("row F-2 of the source is not in the warehouse").contains(" 2 differences");
    }

    private static List<Path> secretsIn(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                if (text.contains("a-secret-of-your-own") || text.contains("another-secret") || text.contains("sixteen-characters-or-more")) {
                    found.add(file);
                }
            }
            return found;
        }
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, java.nio.file.StandardOpenOption.CREATE, java.nio.file.StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static ProcessBuilder process(Path folder, String block, Path output) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-euc", (Files.exists(WORK.resolve("variables")) ? ". " + WORK.resolve("variables") + "\n" : "") + block);
        builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", WORK.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().keySet().removeIf(name -> name.startsWith("BACTRIAN_"));
        builder.environment().put("BACTRIAN_JAVA_OPTS", "-Xmx512m");
        return builder;
    }
}
