package io.bactrian.servers;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * A file that one thread of one process holds at a time; the operating system takes it back when its holder dies,
 * however it dies. The file stays behind when the lease ends: deleting it would let two holders in.
 */
public final class FileLease implements AutoCloseable {

    /**
     * POSIX drops all of a process's locks on a file as soon as it closes any descriptor of that file, so this process
     * must not even open a file that it holds already.
     */
    private static final Set<Path> HELD = ConcurrentHashMap.newKeySet();

    private static final Duration BETWEEN_TRIES = Duration.ofMillis(100);

    private final Path file;
    private final FileChannel channel;

    private FileLease(Path file, FileChannel channel) {
        this.file = file;
        this.channel = channel;
    }

    /** Empty when somebody else holds it. */
    public static Optional<FileLease> tryTake(Path file) {
        return tryTake(file, () -> {
        });
    }

    /** @param elsewhere runs if it is another process that holds it, and not a thread of this one */
    private static Optional<FileLease> tryTake(Path file, Runnable elsewhere) {
        if (!HELD.add(file)) {
            return Optional.empty();
        }
        FileLease lease = null;
        try {
            lease = open(file);
            if (lease == null) {
                elsewhere.run();
            }
            return Optional.ofNullable(lease);
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot lock " + file + ": " + e
                    + ". It must be a writable file on a file system with locks.", e);
        } finally {
            if (lease == null) {
                HELD.remove(file);
            }
        }
    }

    private static FileLease open(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        FileChannel channel = FileChannel.open(file,
                StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
        FileLock lock = null;
        try {
            lock = channel.tryLock();
            return lock == null ? null : new FileLease(file, channel);
        } finally {
            if (lock == null) {
                channel.close();
            }
        }
    }

    /**
     * Does the work while no other thread or process does it. Reports once that it waits for another process; a thread
     * of this one reports its own work.
     */
    public static <X extends Exception> void alone(Path file, Duration patience, Progress progress, String waiting, Work<X> work)
            throws X {
        FileLease lease = take(file, patience, progress, waiting);
        try {
            work.run();
        } finally {
            lease.close();
        }
    }

    private static FileLease take(Path file, Duration patience, Progress progress, String waiting) {
        long deadline = System.nanoTime() + patience.toNanos();
        AtomicBoolean reported = new AtomicBoolean();
        Runnable report = () -> {
            if (!reported.getAndSet(true)) {
                progress.says(waiting);
            }
        };
        Optional<FileLease> lease = tryTake(file, report);
        // Polled, because FileChannel.lock() has no deadline and does not wait for threads of this process.
        while (lease.isEmpty()) {
            if (System.nanoTime() > deadline || Thread.currentThread().isInterrupted()) {
                throw new EmbeddedServerException("Somebody else still holds " + file + " after " + patience.toSeconds()
                        + " s (" + waiting + "). Find and stop that process, then try again.");
            }
            LockSupport.parkNanos(BETWEEN_TRIES.toNanos());
            lease = tryTake(file, report);
        }
        return lease.get();
    }

    public String read() throws IOException {
        ByteBuffer content = ByteBuffer.allocate((int) channel.size());
        while (content.hasRemaining()) {
            if (channel.read(content, content.position()) < 0) {
                break;
            }
        }
        return new String(content.array(), 0, content.position(), StandardCharsets.UTF_8);
    }

    public void write(String text) throws IOException {
        channel.truncate(0);
        channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)), 0);
    }

    @FunctionalInterface
    public interface Work<X extends Exception> {
        void run() throws X;
    }

    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot give up the lock on " + file + ": " + e, e);
        } finally {
            HELD.remove(file);
        }
    }
}
