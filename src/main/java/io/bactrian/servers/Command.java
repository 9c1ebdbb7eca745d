package io.bactrian.servers;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A program that runs to its end while we wait. Its output is read as one stream, in the C locale. */
public record Command(List<String> words) {

    private static final int NEVER_RAN = -1;
    private static final int LINES_KEPT = 2_000;

    public static Command of(Object... words) {
        return new Command(Stream.of(words).map(Object::toString).toList());
    }

    public Command and(Object... more) {
        List<String> all = new ArrayList<>(words);
        Stream.of(more).map(Object::toString).forEach(all::add);
        return new Command(all);
    }

    public Outcome run(Duration silence) {
        return run(silence, line -> {
        });
    }

    /** Kills the program, and what it started, once it has said nothing for so long. */
    public Outcome run(Duration silence, Consumer<String> eachLine) {
        AtomicLong lastWord = new AtomicLong(System.nanoTime());
        AtomicBoolean killed = new AtomicBoolean();
        String fellSilent = "it said nothing for " + silence.toSeconds() + " s";
        ScheduledExecutorService watch = Executors.newSingleThreadScheduledExecutor(Command::daemon);
        try {
            Process process = start();
            watch.scheduleAtFixedRate(() -> {
                if (System.nanoTime() - lastWord.get() > silence.toNanos()) {
                    killed.set(true);
                    kill(process);
                }
            }, 200, 200, TimeUnit.MILLISECONDS);
            List<String> said = read(process, line -> {
                lastWord.set(System.nanoTime());
                eachLine.accept(line);
            });
            int code = process.waitFor();
            return new Outcome(code, said, killed.get() ? fellSilent : "");
        } catch (IOException e) {
            return new Outcome(NEVER_RAN, List.of(), killed.get() ? fellSilent : e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("Interrupted while running " + this + ".", e);
        } finally {
            watch.shutdownNow();
        }
    }

    private Process start() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
        ServerProcess.withoutWhatIsMeantForUs(builder.environment());
        builder.environment().put("LC_ALL", "C");
        return builder.start();
    }

    private static List<String> read(Process process, Consumer<String> eachLine) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        try (BufferedReader output = process.inputReader(StandardCharsets.UTF_8)) {
            for (String line = output.readLine(); line != null; line = output.readLine()) {
                eachLine.accept(line);
                last.add(line);
                if (last.size() > LINES_KEPT) {
                    last.remove();
                }
            }
        }
        return List.copyOf(last);
    }

    private static void kill(Process process) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "bactrian-command-watch");
        thread.setDaemon(true);
        return thread;
    }

    @Override
    public String toString() {
        return String.join(" ", words);
    }

    /** How a program ended, with the end of what it said. */
    public record Outcome(int exitCode, List<String> said, String trouble) {

        public boolean succeeded() {
            return exitCode == 0 && trouble.isEmpty();
        }

        public String output() {
            return String.join("\n", said);
        }

        /** One line that says why it failed: apt and others mark such lines. */
        public String reason() {
            List<String> marked = said.stream()
                    .filter(line -> line.startsWith("E:") || line.startsWith("W:") || line.contains("error"))
                    .limit(3)
                    .toList();
            List<String> lines = marked.isEmpty() ? said.subList(Math.max(0, said.size() - 2), said.size()) : marked;
            String last = String.join("; ", lines).strip();
            return Stream.of(exitCode == NEVER_RAN ? "" : "exit code " + exitCode, trouble, last)
                    .filter(part -> !part.isEmpty())
                    .collect(Collectors.joining(", "));
        }
    }
}
