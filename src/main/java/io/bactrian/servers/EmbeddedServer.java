package io.bactrian.servers;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A server of its own process on a loopback port. It stops when this process ends, however that happens. */
public abstract class EmbeddedServer implements AutoCloseable {

    public static final String ADDRESS = "127.0.0.1";
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final Duration BETWEEN_TRIES = Duration.ofMillis(50);

    public final ServerHome home;
    public final String name;
    public final Progress progress;
    private final String title;
    private final ServerMark mark;
    private ServerProcess process;

    /** Takes the name: a second server of that name is refused while this one is not closed. */
    public EmbeddedServer(String kind, ServerHome home, String name, Progress progress) {
        this.home = home;
        this.name = name;
        this.progress = progress;
        this.title = kind + " '" + name + "'";
        this.mark = ServerMark.take(home, name, progress);
    }

    /** Starts it on the data that is there, or on new data; gives everything back when that fails. */
    public static <S extends EmbeddedServer> S started(S server) {
        boolean ready = false;
        try {
            server.prepare();
            server.startOnFreePorts();
            ready = true;
            return server;
        } catch (IOException e) {
            throw new EmbeddedServerException("Cannot prepare " + server.home.data(server.name) + " for " + server.title()
                    + ": " + e, e);
        } finally {
            if (!ready) {
                server.close();
            }
        }
    }

    /** Makes the data folder when there is none, and takes ports. */
    public abstract void prepare() throws IOException;

    /** Somebody took a port between our look and the server's. */
    public abstract void takeOtherPorts() throws IOException;

    /** What the server says when a port is taken. */
    public abstract String portIsTaken();

    public abstract List<String> command();

    /** By which a later run knows the server that a killed one left. */
    public abstract String partOfCommand();

    /** Empty when the server answers, and it is this one. */
    public abstract Optional<String> obstacle();

    /** The signal that asks for an orderly stop that does not wait for the server's clients. */
    public String stopSignal() {
        return "TERM";
    }

    public final String title() {
        return title;
    }

    /** SIGKILL to the server itself and to what it has started; returns when they are gone. */
    public final synchronized void kill() {
        process.kill();
        mark.clear();
    }

    /** Orderly; the data and the port stay for {@link #startAgain()}. */
    public final synchronized void stop() {
        process.stop(progress);
        mark.clear();
    }

    /** After {@link #kill()} or {@link #stop()}: same port, same data. */
    public final synchronized void startAgain() {
        if (process.runs()) {
            throw new EmbeddedServerException(title() + " runs already, process " + process.pid()
                    + "; kill() or stop() it first.");
        }
        launch();
        awaitReady();
    }

    /** Orderly; waits until the server is gone. Safe to repeat. */
    @Override
    public final synchronized void close() {
        try (mark) {
            if (process != null) {
                stop();
            }
        }
    }

    /** Three times in a row nobody takes a port before the server does. */
    public final void startOnFreePorts() throws IOException {
        for (int triesLeft = 2;; triesLeft--) {
            launch();
            try {
                awaitReady();
                return;
            } catch (EmbeddedServerException e) {
                if (triesLeft == 0 || process.runs() || !process.saidSinceItsStart(portIsTaken())) {
                    throw e;
                }
                takeOtherPorts();
            }
        }
    }

    public final long pid() {
        return process.pid();
    }

    public final Path portFile() {
        return home.data(name).resolve("port");
    }

    private void launch() {
        process = ServerProcess.start(title(), command(), home.log(name), stopSignal());
        mark.write(process.pid(), partOfCommand());
    }

    private void awaitReady() {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        Optional<String> obstacle = obstacle();
        while (obstacle.isPresent()) {
            if (process.endsWithin(BETWEEN_TRIES)) {
                throw process.diedWhileStarting();
            }
            if (System.nanoTime() > deadline) {
                throw process.tooSlow(PATIENCE, obstacle.get());
            }
            obstacle = obstacle();
        }
    }
}
