package io.bactrian.servers;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/**
 * The pid file of a server: leased by the process that runs the server for as long as it does, so that a mark which can
 * be taken and still names a live server tells of a parent that was killed. Two lines: the pid, and a part of that
 * server's command line by which it is known from another process that got the pid since.
 */
final class ServerMark implements AutoCloseable {

    private static final Duration LEFTOVER_PATIENCE = Duration.ofSeconds(20);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final Path file;
    private final FileLease lease;

    private ServerMark(Path file, FileLease lease) {
        this.file = file;
        this.lease = lease;
    }

    /** Empty when the process that runs this server is alive. */
    static Optional<ServerMark> tryTake(Path file) {
        return FileLease.tryTake(file).map(lease -> new ServerMark(file, lease));
    }

    /** For the process that is about to run this server; stops what an earlier one left. */
    static ServerMark take(ServerHome home, String name, Progress progress) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*")) {
            throw new EmbeddedServerException("'" + name + "' is no name for a server; it becomes a folder's name: letters, "
                    + "digits, dots, underscores and dashes, a letter or digit first.");
        }
        ServerMark mark = tryTake(home.pidFile(name)).orElseThrow(() -> new ServerInUseException("Server '" + name
                + "' is run by another process already, or twice by this one: " + home.pidFile(name)
                + " is in use. Stop that process, or choose another name or BACTRIAN_HOME."));
        mark.stopLeftover(progress);
        return mark;
    }

    void write(long pid, String partOfCommand) {
        record(pid + "\n" + partOfCommand + "\n");
    }

    void clear() {
        record("");
    }

    private void record(String content) {
        try {
            lease.write(content);
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot write " + file + ": " + e, e);
        }
    }

    /** Asks the server that this mark names to stop, kills it when it does not in time; forgets it in any case. */
    void stopLeftover(Progress progress) {
        Optional<Leftover> leftover = leftover();
        if (leftover.isPresent() && leftover.get().runs()) {
            progress.says("stopping " + name() + ", process " + leftover.get().pid()
                    + ", which an earlier run left behind");
            leftover.get().stop(LEFTOVER_PATIENCE);
        }
        clear();
    }

    private Optional<Leftover> leftover() {
        try {
            List<String> lines = lease.read().lines().toList();
            return lines.size() < 2
                    ? Optional.empty()
                    : Optional.of(new Leftover(Long.parseLong(lines.get(0)), lines.get(1)));
        } catch (IOException | NumberFormatException e) {
            throw new EmbeddedServerException("Cannot read " + file + " (expected: a pid, then a part of the server's "
                    + "command): " + e + ". See whether that server still runs, then delete the file.", e);
        }
    }

    private String name() {
        return file.getFileName().toString().replaceFirst("\\.pid$", "");
    }

    @Override
    public void close() {
        lease.close();
    }

    private record Leftover(long pid, String partOfCommand) {

        /** A zombie has an empty command line and counts as gone, as it should. */
        boolean runs() {
            return ProcessHandle.of(pid).map(this::command).orElse("").contains(partOfCommand);
        }

        private String command(ProcessHandle process) {
            Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
            try {
                // Not ProcessHandle.info(): it cuts a command line at 4096 bytes, and a class path is longer.
                return Files.readString(commandLine, StandardCharsets.ISO_8859_1);
            } catch (IOException gone) {
                return Files.exists(Path.of("/proc/self")) ? "" : process.info().commandLine().orElse("");
            }
        }

        void stop(Duration patience) {
            ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
            if (!goneWithin(patience)) {
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
                if (!goneWithin(patience)) {
                    throw new EmbeddedServerException("Process " + pid + " (" + partOfCommand
                            + "), left by an earlier run, does not die. Kill it, then try again.");
                }
            }
        }

        /** Polled: it is not a child of this process, so nobody tells us. */
        private boolean goneWithin(Duration patience) {
            long deadline = System.nanoTime() + patience.toNanos();
            while (runs()) {
                if (System.nanoTime() > deadline) {
                    return false;
                }
                LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
            }
            return true;
        }
    }
}
