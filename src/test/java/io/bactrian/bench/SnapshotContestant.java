package io.bactrian.bench;

import io.bactrian.testing.Servers;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** Somebody who fills the warehouse from the source, in processes of its own. */
abstract class SnapshotContestant implements AutoCloseable {

    private static final String OPTIONS = " --ssl-mode=DISABLED ";

    final Servers servers;
    private final List<Process> processes = new ArrayList<>();
    private final Thread atExit = new Thread(() -> processes.forEach(Process::destroyForcibly), "stop-contestant");
    private Path folder;

    private SnapshotContestant(Servers servers) {
        this.servers = servers;
    }

    abstract String title();

    abstract String word();

    /** Writes what it needs; not part of what is measured. */
    abstract void write(Path into, int round) throws IOException;

    abstract List<List<String>> commands() throws IOException;

    final void prepare(Path into, int round) throws IOException {
        folder = into;
        Files.createDirectories(folder);
        Files.deleteIfExists(log());
        write(folder, round);
    }

    final void start() throws IOException {
        Runtime.getRuntime().addShutdownHook(atExit);
        List<ProcessBuilder> builders = new ArrayList<>();
        for (List<String> command : commands()) {
            builders.add(new ProcessBuilder(command).directory(folder.toFile())
                    .redirectError(ProcessBuilder.Redirect.appendTo(log().toFile())));
        }
        builders.get(builders.size() - 1).redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
        processes.addAll(ProcessBuilder.startPipeline(builders));
    }

    private Path log() {
        return folder.resolve("run.log");
    }

    /** One that ends with 0 may have been done already. */
    final void checkAlive() throws IOException {
        for (Process process : processes) {
            if (!process.isAlive() && process.exitValue() != 0) {
                throw new IllegalStateException(
                        title() + " ended with exit code " + process.exitValue() + " before all rows were there; its log "
                                + log() + " ends with: " + lastLines());
            }
        }
    }

    private String lastLines() throws IOException {
        List<String> lines = Files.readAllLines(log());
        return String.join("\n", lines.subList(Math.max(0, lines.size() - 10), lines.size()));
    }

    @Override
    public final void close() throws InterruptedException {
        for (Process process : processes) {
            process.destroy();
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        }
        Runtime.getRuntime().removeShutdownHook(atExit);
    }

    private static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    /** Kafka Connect, both connectors in one process. */
    static final class Peer extends SnapshotContestant {
        static final String TITLE = "Kafka Connect";
        private static final Path JARS = Path.of("target", "bench-peer").toAbsolutePath();

        Peer(Servers servers) {
            super(servers);
        }

        @Override
        String title() {
            return TITLE;
        }

        @Override
        String word() {
            return "peer";
        }

        @Override
        void write(Path into, int round) throws IOException {
            if (!Files.isDirectory(JARS)) {
                throw new IllegalStateException(JARS + " is not there; bench/run snapshot gathers it");
            }
            Map<String, String> values = Map.of("kafka", servers.kafka.bootstrapServers(), "rest", freePort(), "source.port",
                    Integer.toString(servers.source.port()), "user", Servers.USER, "password", Servers.PASSWORD, "name", "peer" + round,
                    "database", SnapshotBench.DATABASE, "warehouse.url", servers.warehouse.jdbcUrl(SnapshotBench.DATABASE));
            for (String file : List.of("worker", "source", "sink")) {
                String text = Files.readString(Path.of("bench", "peer", file + ".properties"));
                for (Map.Entry<String, String> value : values.entrySet()) {
                    text = text.replace("@" + value.getKey() + "@", value.getValue());
                }
                Files.writeString(into.resolve(file + ".properties"), text);
            }
            Files.createDirectories(into.resolve("plugins"));
            Files.deleteIfExists(into.resolve("offsets"));
        }

        private static String freePort() throws IOException {
            try (ServerSocket socket = new ServerSocket(0)) {
                return Integer.toString(socket.getLocalPort());
            }
        }

        @Override
        List<List<String>> commands() {
            return List.of(List.of(java(), "-Xmx1g", "-cp", JARS + "/*", "org.apache.kafka.connect.cli.ConnectStandalone",
                    "worker.properties", "source.properties", "sink.properties"));
        }
    }

    /** The packaged program with four mirrors. */
    static final class Bactrian extends SnapshotContestant {
        static final String TITLE = "Bactrian";
        private static final Path JAR = Path.of("target", "bactrian.jar").toAbsolutePath();

        Bactrian(Servers servers) {
            super(servers);
        }

        @Override
        String title() {
            return TITLE;
        }

        @Override
        String word() {
            return "bactrian";
        }

        @Override
        void write(Path into, int round) throws IOException {
            if (!Files.exists(JAR)) {
                throw new IllegalStateException(JAR + " is not there; run mvn -DskipTests package first");
            }
            String name = "shop" + round;
            Map<String, String> settings = new TreeMap<>();
            settings.put("bactrian.kafka.bootstrap-servers", servers.kafka.bootstrapServers());
            settings.put("bactrian.kafka.replication", "1");
            settings.put("bactrian.source." + name + ".host", "127.0.0.1");
            settings.put("bactrian.source." + name + ".port", Integer.toString(servers.source.port()));
            settings.put("bactrian.source." + name + ".user", Servers.USER);
            settings.put("bactrian.source." + name + ".password", Servers.PASSWORD);
            settings.put("bactrian.source." + name + ".databases", SnapshotBench.DATABASE);
            settings.put("bactrian.warehouse.main.url", servers.warehouse.jdbcUrl(SnapshotBench.DATABASE));
            settings.put("bactrian.warehouse.main.user", Servers.USER);
            settings.put("bactrian.warehouse.main.password", Servers.PASSWORD);
            settings.put("bactrian.pipeline.race" + round + ".warehouse", "main");
            settings.put("bactrian.http.port", "0");
            StringBuilder properties = new StringBuilder();
            settings.forEach((key, value) -> properties.append(key).append('=').append(value).append('\n'));
            Files.writeString(into.resolve("application.properties"), properties);
            Path capture = into.resolve("routes/capture/" + name + ".camel.yaml");
            Files.createDirectories(capture.getParent());
            // The capture's route as it is shipped, for another source.
            Files.writeString(capture,
                    Files.readString(Path.of("routes", "capture", "shop.camel.yaml")).replace("shop-capture", name + "-capture")
                            .replace("debezium-mysql:shop", "debezium-mysql:" + name).replace("topicPrefix: shop", "topicPrefix: " + name)
                            .replace("bactrian.source.shop.", "bactrian.source." + name + "."));
            Path routes = into.resolve("routes/race" + round);
            Files.createDirectories(routes);
            for (String table : SnapshotBench.TABLES) {
                Files.writeString(routes.resolve(table + ".camel.yaml"), "- route:\n    id: race" + round + "-" + table
                        + "\n    from:\n      uri: change:" + SnapshotBench.DATABASE + "." + table
                        + "\n      steps:\n        - to: warehouse:"
                        + table + "\n");
            }
        }

        @Override
        List<List<String>> commands() {
            return List.of(List.of(java(), "-Xmx512m", "-jar", JAR.toString(), "run"));
        }
    }

    /** What a person would do who needs the rows once. */
    static final class Dump extends SnapshotContestant {
        static final String TITLE = "mysqldump | mysql";

        Dump(Servers servers) {
            super(servers);
        }

        @Override
        String title() {
            return TITLE;
        }

        @Override
        String word() {
            return "dump";
        }

        @Override
        void write(Path into, int round) {
            // Its commands say everything.
        }

        @Override
        List<List<String>> commands() throws IOException {
            String load = absolute(servers.warehouse.clientCommand());
            return List.of(
                    List.of("sh", "-c", "exec " + dumping(absolute(servers.source.clientCommand())) + OPTIONS
                            + "--single-transaction --set-gtid-purged=OFF " + SnapshotBench.DATABASE),
                    List.of("sh", "-c", "exec " + load + OPTIONS + SnapshotBench.DATABASE));
        }

        /** A script that was written around a fetched client is named from here, and runs elsewhere. */
        private static String absolute(String command) {
            return command.startsWith("mysql ") ? command : Path.of(command).toAbsolutePath().toString();
        }

        /** The same command, with the program that lies beside the client. */
        private static String dumping(String client) throws IOException {
            if (client.startsWith("mysql ")) {
                return "mysqldump " + client.substring("mysql ".length());
            }
            String script = Files.readString(Path.of(client));
            String dumping = script.replace("/bin/mysql ", "/bin/mysqldump ");
            if (dumping.equals(script)) {
                throw new IllegalStateException(client + " calls no .../bin/mysql; expected one, beside which mysqldump lies: " + script);
            }
            Path file = Path.of(client).resolveSibling("mysqldump-source");
            Files.writeString(file, dumping);
            return "sh " + file;
        }
    }
}
