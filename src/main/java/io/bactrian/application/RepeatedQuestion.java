package io.bactrian.application;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * A question to a server that is asked again and again, in a thread of its own: who wants the answer takes the last
 * one, and never waits for a server that is away.
 */
public final class RepeatedQuestion<T> implements AutoCloseable {

    /** An answer that takes longer is said to be missing, while it is waited for still. */
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /**
     * @param value of the last time that the server answered; null when it never has
     * @param at when that was
     * @param trouble why there is nothing newer; empty when all is well
     */
    public record Answer<T>(T value, Instant at, String trouble) {
    }

    private final String server;
    private final Duration every;
    private final Callable<T> ask;
    private final Clock clock;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;
    private volatile Answer<T> last = new Answer<>(null, null, "has not been asked yet");
    private volatile Instant askedAt;

    public RepeatedQuestion(String server, Duration every, Callable<T> ask) {
        this(server, every, ask, Clock.systemUTC());
    }

    /** @param clock says how long an answer takes */
    RepeatedQuestion(String server, Duration every, Callable<T> ask, Clock clock) {
        this.server = server;
        this.every = every;
        this.ask = ask;
        this.clock = clock;
        this.thread = new Thread(this::run, "ask " + server);
        thread.setDaemon(true);
    }

    public void start() {
        thread.start();
    }

    public String server() {
        return server;
    }

    public Answer<T> latest() {
        Answer<T> answer = last;
        Instant waitingSince = askedAt;
        if (waitingSince == null || Duration.between(waitingSince, clock.instant()).compareTo(PATIENCE) < 0) {
            return answer;
        }
        String trouble = "has not answered for " + Duration.between(waitingSince, clock.instant()).toSeconds() + " s";
        return new Answer<>(answer.value(), answer.at(),
                answer.at() == null || answer.trouble().isEmpty() ? trouble : trouble + "; before that: " + answer.trouble());
    }

    private void run() {
        try {
            do {
                askedAt = clock.instant();
                try {
                    last = new Answer<>(ask.call(), clock.instant(), "");
                } catch (InterruptedException e) {
                    throw e;
                } catch (Exception e) {
                    String said = e.getMessage() == null ? e.toString() : e.getMessage();
                    last = new Answer<>(last.value(), last.at(), said.replaceAll("\\s*\\R\\s*", " "));
                }
                askedAt = null;
            } while (!stopping.await(every.toMillis(), TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            // Only close() interrupts: it is not worth an answer any more.
            Thread.currentThread().interrupt();
        }
    }

    /** Does not wait for a server that does not answer. */
    @Override
    public void close() {
        stopping.countDown();
        thread.interrupt();
        try {
            thread.join(1_000);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
