package io.bactrian.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The commands of a page of the docs, run one after the other as a reader's terminal would; {@code ../bactrian run}
 * goes on beside them.
 */
public final class FollowedPage implements AutoCloseable {

    private static final Pattern COMMANDS = Pattern.compile("```sh\n(.*?)```", Pattern.DOTALL);

    private final Path work;
    private final List<String> blocks = new ArrayList<>();
    private final StringBuilder said = new StringBuilder();
    private Path folder;
    private Process running;

    /**
     * @param work a folder of its own, made anew; the launcher is in it, and the docs, as in a clone
     * @param addresses puts the test's servers in the place of the page's
     */
    public FollowedPage(Path work, String text, UnaryOperator<String> addresses) {
        this.work = work.toAbsolutePath();
        this.folder = this.work;
        Matcher matcher = COMMANDS.matcher(text);
        while (matcher.find()) {
            blocks.add(addresses.apply(matcher.group(1)));
        }
        try {
            delete(this.work);
            Files.createDirectories(this.work.resolve("bin"));
            Files.createSymbolicLink(this.work.resolve("docs"), Path.of("docs").toAbsolutePath());
            // The launcher runs the jar beside it; what the page does in the clone, it does here.
            script(this.work.resolve("bactrian"), "exec " + Path.of("bactrian").toAbsolutePath() + " \"$@\"");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A program by the name that the page calls it. */
    public void program(String name, String command) {
        script(work.resolve("bin").resolve(name), "cd " + Path.of("").toAbsolutePath() + "\nexec " + command + " \"$@\"");
    }

    /** PostgreSQL's client: the one that is installed, or ours. */
    public void psql() {
        boolean installed = Stream.of(System.getenv("PATH").split(":")).anyMatch(folder -> Files.isExecutable(Path.of(folder, "psql")));
        if (!installed) {
            script(work.resolve("bin/psql"), "exec " + Psql.command() + " \"$@\"");
        }
    }

    public List<String> blocks() {
        return List.copyOf(blocks);
    }

    public Path file(String name) {
        return work.resolve(name);
    }

    public String text(String file) {
        try {
            return Files.readString(file(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public record Answer(int exitCode, String said) {
    }

    /** All blocks, each of which must end well. @return what they said */
    public String follow() {
        long begin = System.nanoTime();
        for (String block : blocks) {
            if (block.equals("../bactrian run\n")) {
                running = start(block, work.resolve("run.log"));
                continue;
            }
            // A terminal keeps its variables and its folder from one block to the next.
            block.lines().filter(line -> line.startsWith("export ")).forEach(line -> append(work.resolve("variables"), line + "\n"));
            Answer answer = answer(block);
            System.out.printf("%4d s  %s", (System.nanoTime() - begin) / 1_000_000_000,
                    block.indent(8).strip() + "\n" + answer.said().indent(8));
            said.append(answer.said());
            assertThat(answer.exitCode()).as("%s%n%s", block, answer.said()).isZero();
            for (String line : block.lines().filter(line -> line.startsWith("cd ")).toList()) {
                folder = folder.resolve(line.substring(3)).normalize();
            }
        }
        return said.toString();
    }

    /** One more command, in the folder and with the variables that the page has led to. */
    public Answer answer(String block) {
        try {
            Path output = Files.createTempFile(work, "block", ".log");
            Process process = start(block, output);
            if (!process.waitFor(10, TimeUnit.MINUTES)) {
                process.descendants().forEach(ProcessHandle::destroy);
                process.destroy();
                throw new IllegalStateException(block + " did not end: " + Files.readString(output));
            }
            return new Answer(process.exitValue(), Files.readString(output));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Back to where the page begins. */
    public void goBack() {
        folder = work;
    }

    /** Files that a command has written and that hold one of these. */
    public List<Path> filesWith(String folderName, String... secrets) {
        try (Stream<Path> files = Files.walk(file(folderName))) {
            List<Path> found = new ArrayList<>();
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                String text = Files.readString(file);
                if (Stream.of(secrets).anyMatch(text::contains)) {
                    found.add(file);
                }
            }
            return found;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Ctrl-C of what runs. */
    public void stopRunning() {
        if (running != null) {
            // The shell ends at once, what it has started only after its batches under way.
            List<ProcessHandle> all = Stream.concat(running.descendants(), Stream.of(running.toHandle())).toList();
            all.forEach(ProcessHandle::destroy);
            CompletableFuture.allOf(all.stream().map(ProcessHandle::onExit).toArray(CompletableFuture[]::new))
                    .orTimeout(1, TimeUnit.MINUTES).join();
            running = null;
        }
    }

    @Override
    public void close() {
        stopRunning();
    }

    private Process start(String block, Path output) {
        ProcessBuilder builder = new ProcessBuilder("sh", "-euc",
                (Files.exists(work.resolve("variables")) ? ". " + work.resolve("variables") + "\n" : "") + block);
        builder.directory(folder.toFile()).redirectErrorStream(true).redirectOutput(output.toFile());
        builder.environment().put("PATH", work.resolve("bin") + ":" + System.getenv("PATH"));
        builder.environment().keySet().removeIf(name -> name.startsWith("BACTRIAN_"));
        builder.environment().put("BACTRIAN_JAVA_OPTS", "-Xmx512m");
        // Others may run on this machine, with the port that is the default.
        builder.environment().put("BACTRIAN_HTTP_PORT", "0");
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void script(Path file, String text) {
        try {
            Files.setPosixFilePermissions(Files.writeString(file, "#!/bin/sh\n" + text + "\n"),
                    PosixFilePermissions.fromString("rwxr-xr-x"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void append(Path file, String text) {
        try {
            Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
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
}
