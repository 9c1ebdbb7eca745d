package io.bactrian.servers;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * A server as a process of its own that does not outlive this one: a small watcher beside it reads a pipe that only
 * this process can write to, and stops the server as soon as the pipe ends, which a kill -9 of this process does too.
 *
 * <p>The shell that starts the watcher becomes the server ({@code exec}), so the pid, the exit code and the signals are
 * the server's own. It runs in a session of its own, deaf to SIGINT and SIGHUP: a terminal's Ctrl-C reaches this
 * process only, which can then stop its pipelines before its servers.
 */
final class ServerProcess {

    /**
     * $0 is the watcher's script. The watcher is a child of the server-to-be, and so can tell it from a later process
     * with its pid.
     */
    private static final String LAUNCH = """
            trap '' INT HUP
            exec 3<&0 </dev/null
            sh -c "$0" bactrian-watcher $$ $1 &
            shift
            exec 3<&-
            exec "$@"
            """;

    private static final String WATCH = """
            is_parent() {
              if [ -r /proc/$$/stat ]; then
                read -r _ _ _ parent _ </proc/$$/stat
              else
                parent=$(ps -o ppid= -p $$)
              fi
              [ "$parent" -eq "$1" ]
            }
            read -r _ <&3
            is_parent $1 && kill -$2 $1
            seconds=0
            while is_parent $1; do
              sleep 1
              seconds=$((seconds + 1))
              [ $seconds -eq 20 ] && kill -KILL $1
            done
            """;

    private static final Duration GRACE = Duration.ofSeconds(60);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(5);
    private static final long LOG_LIMIT = 8L << 20;
    private static final int TAIL_BYTES = 6_000;
    private static final int TAIL_LINES = 15;

    private final String name;
    private final Path log;
    private final long logStart;
    private final Process process;
    private final String stopSignal;

    private ServerProcess(String name, Path log, long logStart, Process process, String stopSignal) {
        this.name = name;
        this.log = log;
        this.logStart = logStart;
        this.process = process;
        this.stopSignal = stopSignal;
    }

    /** @param stopSignal what asks the server for an orderly stop, as in {@code TERM} */
    static ServerProcess start(String name, List<String> command, Path log, String stopSignal) {
        List<String> whole = new ArrayList<>();
        // Not there on macOS; then being deaf to SIGINT must do.
        Surroundings.here().find("setsid").ifPresent(setsid -> whole.add(setsid.toString()));
        whole.addAll(List.of("sh", "-c", LAUNCH, WATCH, stopSignal));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(whole);
        withoutWhatIsMeantForUs(builder.environment());
        try {
            long logStart = readyForMore(log);
            builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
            return new ServerProcess(name, log, logStart, builder.start(), stopSignal);
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot start " + name + " (" + String.join(" ", command) + "), log " + log
                    + ": " + e, e);
        }
    }

    /**
     * Libraries meant for this machine's C library do not fit servers that bring their own, and a debugger's port or an
     * agent meant for this JVM must not go to the broker's too.
     */
    static void withoutWhatIsMeantForUs(Map<String, String> environment) {
        environment.keySet().removeAll(
                List.of("LD_PRELOAD", "LD_LIBRARY_PATH", "JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS"));
    }

    private static long readyForMore(Path log) throws IOException {
        Files.createDirectories(log.getParent());
        if (Files.exists(log) && Files.size(log) > LOG_LIMIT) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        return Files.exists(log) ? Files.size(log) : 0;
    }

    long pid() {
        return process.pid();
    }

    boolean runs() {
        return process.isAlive();
    }

    /** Waits, but returns true at once when the server ends. */
    boolean endsWithin(Duration time) {
        try {
            return process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new EmbeddedServerException("Interrupted while waiting for " + name + ".", e);
        }
    }

    /** Asks it to stop and waits; kills it only when it takes longer than any orderly stop does. */
    void stop(Progress progress) {
        if (process.isAlive()) {
            Command.of("sh", "-c", "kill -" + stopSignal + " " + process.pid()).run(GRACE);
        }
        if (!endsWithin(GRACE)) {
            progress.says(name + " did not stop within " + GRACE.toSeconds() + " s; killing it (log: " + log + ")");
            kill();
        }
    }

    void kill() {
        // A PostgreSQL's backends live on until they look for their parent, and its next start is refused while they
        // do.
        List<ProcessHandle> own = process.descendants().toList();
        process.destroyForcibly();
        own.forEach(ProcessHandle::destroyForcibly);
        boolean gone = endsWithin(GRACE);
        long deadline = System.nanoTime() + GRACE.toNanos();
        while (gone && own.stream().anyMatch(ServerProcess::runs)) {
            gone = System.nanoTime() < deadline;
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        if (!gone) {
            throw new EmbeddedServerException(name + ", process " + process.pid() + ", is still there " + GRACE.toSeconds()
                    + " s after SIGKILL; it hangs in the kernel, most likely in a read or write of " + log.getParent());
        }
    }

    /** A zombie that nobody has waited for has no program any more. */
    private static boolean runs(ProcessHandle process) {
        return process.isAlive() && process.info().command().isPresent();
    }

    EmbeddedServerException diedWhileStarting() {
        return new EmbeddedServerException(name + " stopped while starting, exit code " + process.exitValue()
                + ". The end of its log, " + log + ":\n" + tail());
    }

    EmbeddedServerException tooSlow(Duration patience, String lastAnswer) {
        return new EmbeddedServerException(name + " runs but is not ready after " + patience.toSeconds() + " s: "
                + lastAnswer + ". The end of its log, " + log + ":\n" + tail());
    }

    boolean saidSinceItsStart(String text) {
        return sinceStart(LOG_LIMIT).contains(text);
    }

    private String tail() {
        List<String> lines = sinceStart(TAIL_BYTES).lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - TAIL_LINES), lines.size())).indent(2)
                .stripTrailing();
    }

    private String sinceStart(long atMost) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            file.seek(Math.max(logStart, file.length() - atMost));
            byte[] bytes = new byte[(int) (file.length() - file.getFilePointer())];
            file.readFully(bytes);
            return new String(bytes, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return "(the log cannot be read: " + e + ")";
        }
    }
}
