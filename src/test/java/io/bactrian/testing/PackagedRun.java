package io.bactrian.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/** The real program, {@code java -jar target/bactrian.jar}, as a process that can be killed. */
public final class PackagedRun implements AutoCloseable {

    private final Path folder;
    private final List<String> jvmOptions;
    private Process process;

    /** @param folder where its application.properties and log go */
    public PackagedRun(Path folder, Map<String, String> settings, String... jvmOptions) {
        this.folder = folder.toAbsolutePath();
        this.jvmOptions = List.of(jvmOptions);
        StringBuilder properties = new StringBuilder();
        new TreeMap<>(settings).forEach((key, value) -> properties.append(key).append('=').append(value).append('\n'));
        try {
            Files.createDirectories(this.folder);
            Files.writeString(configuration(), properties.toString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Path configuration() {
        return folder.resolve("application.properties");
    }

    public Path log() {
        return folder.resolve("run.log");
    }

    /** @param options of the run command */
    public void start(String... options) {
        List<String> all = new ArrayList<>(List.of("run", "--config", configuration().toString()));
        all.addAll(List.of(options));
        process = launch(log(), all.toArray(String[]::new));
    }

    /** A command that ends by itself. */
    public record Answer(int exitCode, String output) {
    }

    /** Any other command of the program, with this run's settings. */
    public Answer command(String... arguments) {
        try {
            Path output = Files.createTempFile(folder, "command", ".out");
            List<String> all = new ArrayList<>(List.of(arguments));
            all.add("--config");
            all.add(configuration().toString());
            Process command = launch(output, all.toArray(String[]::new));
            if (!command.waitFor(2, TimeUnit.MINUTES)) {
                command.destroyForcibly();
                throw new IllegalStateException(all + " did not end within 2 minutes: " + Files.readString(output));
            }
            return new Answer(command.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process launch(Path output, String... arguments) {
        Path jar = Path.of("target", "bactrian.jar").toAbsolutePath();
        if (!Files.exists(jar)) {
            throw new IllegalStateException(jar + " is not there; run mvn package first");
        }
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvmOptions);
        command.add("-jar");
        command.add(jar.toString());
        command.addAll(List.of(arguments));
        try {
            return new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(output.toFile())).start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** {@code kill -9}. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** @param name such as {@code STOP}, which Java has no word for */
    public void signal(String name) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())).inheritIO().start().waitFor() != 0) {
            throw new IllegalStateException("kill -" + name + " " + process.pid() + " failed");
        }
    }

    /** SIGTERM; whether it ended within a minute. */
    public boolean stop() throws InterruptedException {
        process.destroy();
        return process.waitFor(60, TimeUnit.SECONDS);
    }

    @Override
    public void close() throws InterruptedException {
        if (process != null && process.isAlive()) {
            kill();
        }
    }
}
