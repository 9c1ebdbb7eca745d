package io.bactrian.servers;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileLeaseTest {

    @TempDir
    Path folder;

    @Test
    void hasOneHolderAtATime() {
        Path file = folder.resolve("some.lock");

        try (FileLease lease = FileLease.tryTake(file).orElseThrow()) {
            assertThat(lease).isNotNull();
            assertThat(FileLease.tryTake(file)).isEmpty();
        }
        FileLease next = FileLease.tryTake(file).orElseThrow();
        next.close();
    }

    @Test
    void keepsWhatItsHolderWrote() throws IOException {
        Path file = folder.resolve("some.pid");
        try (FileLease lease = FileLease.tryTake(file).orElseThrow()) {
            lease.write("a longer text\n");
            lease.write("1234\n");
        }

        try (FileLease lease = FileLease.tryTake(file).orElseThrow()) {
            assertThat(lease.read()).isEqualTo("1234\n");
        }
    }

    @Test
    void aThreadThatWaitsForAnotherOneOfItsProcessReportsNothing() throws Exception {
        Path file = folder.resolve("some.lock");
        List<String> reported = Collections.synchronizedList(new ArrayList<>());
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch done = new CountDownLatch(1);
        CompletableFuture<Void> first = CompletableFuture.runAsync(() -> alone(file, reported, () -> {
            held.countDown();
            awaited(done);
        }));
        awaited(held);
        AtomicReference<Thread> waiting = new AtomicReference<>();
        CompletableFuture<Void> second = CompletableFuture.runAsync(() -> {
            waiting.set(Thread.currentThread());
            alone(file, reported, () -> {
            });
        });

        // It has tried in vain, and waits for its next try.
        await().until(() -> waiting.get() != null && waiting.get().getState() == Thread.State.TIMED_WAITING);
        assertThat(second).isNotDone();
        done.countDown();

        assertThat(CompletableFuture.allOf(first, second)).succeedsWithin(Duration.ofSeconds(10));
        assertThat(reported).isEmpty();
    }

    @Test
    void waitingForAnotherProcessIsReportedOnce() throws Exception {
        Path file = folder.resolve("some.lock");
        List<String> reported = Collections.synchronizedList(new ArrayList<>());
        Process holder = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-cp",
                System.getProperty("java.class.path"), Holder.class.getName(), file.toString()).start();
        try {
            assertThat(holder.getInputStream().read()).isEqualTo('h');
            CompletableFuture<Void> waiting = CompletableFuture.runAsync(() -> alone(file, reported, () -> {
            }));
            await().until(() -> !reported.isEmpty());
            assertThat(waiting).isNotDone();
            holder.getOutputStream().close();

            assertThat(waiting).succeedsWithin(Duration.ofSeconds(10));
            assertThat(reported).containsExactly("waiting");
        } finally {
            holder.destroyForcibly();
        }
    }

    /** Another process: holds a lease until its input ends. */
    static final class Holder {
        public static void main(String[] file) throws IOException {
            try (FileLease lease = FileLease.tryTake(Path.of(file[0])).orElseThrow()) {
                System.out.print("h");
                System.out.flush();
                while (System.in.read() >= 0) {
                    lease.read();
                }
            }
        }
    }

    private static void alone(Path file, List<String> reported, FileLease.Work<RuntimeException> work) {
        FileLease.alone(file, Duration.ofSeconds(30), reported::add, "waiting", work);
    }

    private static void awaited(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
