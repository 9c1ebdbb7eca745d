package io.bactrian.infrastructure.observe;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.bactrian.application.StatusReport;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one HTTP server: health, metrics and status, all of them to be read only. No answer asks another server, so that
 * each comes at once whichever of them is away.
 */
public final class ObserveServer implements AutoCloseable {

    public static final String LIVE = "/observe/health/live";
    public static final String READY = "/observe/health/ready";
    public static final String HEALTH = "/observe/health";
    public static final String METRICS = "/observe/metrics";
    public static final String STATUS = "/api/status";

    private static final Logger LOG = LoggerFactory.getLogger(ObserveServer.class);
    private static final String JSON = "application/json; charset=utf-8";
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final int THREADS = 4;

    static {
        // Half a request, or an answer that nobody takes, must not hold a thread for ever: the next one may be a
        // probe's.
        System.getProperties().putIfAbsent("sun.net.httpserver.maxReqTime", "10");
        System.getProperties().putIfAbsent("sun.net.httpserver.maxRspTime", "30");
    }

    private record Answer(int code, String type, String body) {
    }

    private final HttpServer server;
    private final ExecutorService threads;
    private final String host;
    private final Map<String, Supplier<Answer>> paths = new TreeMap<>();

    private ObserveServer(HttpServer server, String host, ExecutorService threads) {
        this.server = server;
        this.host = host;
        this.threads = threads;
    }

    /**
     * Takes the port; nobody is answered before {@link #serve}.
     *
     * @param port 0 for any free one
     * @throws IOException when the port is taken or the host is none of this machine's
     */
    public static ObserveServer open(String host, int port) throws IOException {
        InetSocketAddress address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new IOException("there is no host " + host);
        }
        HttpServer server = HttpServer.create(address, 0);
        AtomicInteger number = new AtomicInteger();
        ExecutorService threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "http-" + number.incrementAndGet());
            thread.setDaemon(true);
            return thread;
        });
        server.setExecutor(threads);
        return new ObserveServer(server, host, threads);
    }

    public void serve(Supplier<StatusReport> status, Supplier<String> metrics) {
        paths.put(LIVE, () -> {
            StatusReport report = status.get();
            return new Answer(report.live() ? 200 : 503, JSON, StatusJson.live(report));
        });
        paths.put(READY, () -> {
            StatusReport report = status.get();
            return new Answer(report.ready() ? 200 : 503, JSON, StatusJson.ready(report));
        });
        paths.put(HEALTH, () -> {
            StatusReport report = status.get();
            return new Answer(report.live() && report.ready() ? 200 : 503, JSON, StatusJson.health(report));
        });
        paths.put(STATUS, () -> new Answer(200, JSON, StatusJson.write(status.get())));
        paths.put(METRICS, () -> new Answer(200, "text/plain; version=0.0.4; charset=utf-8", metrics.get()));
        paths.put("/", () -> new Answer(200, TEXT, "Bactrian. There is " + String.join(", ", paths.keySet()) + "\n"));
        server.createContext("/", this::handle);
        server.start();
    }

    /** Where it listens, as somebody on this machine reaches it. */
    public String url() {
        InetSocketAddress address = server.getAddress();
        String reached = address.getAddress().isAnyLocalAddress() ? "127.0.0.1" : host.contains(":") ? "[" + host + "]" : host;
        return "http://" + reached + ":" + address.getPort();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange.getRequestMethod(), exchange.getRequestURI());
            if (answer.code() == 405) {
                exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            }
            exchange.getResponseHeaders().set("Content-Type", answer.type());
            exchange.getResponseHeaders().set("Cache-Control", "no-store");
            byte[] body = answer.body().getBytes(StandardCharsets.UTF_8);
            if (exchange.getRequestMethod().equals("HEAD")) {
                exchange.sendResponseHeaders(answer.code(), -1);
            } else {
                exchange.sendResponseHeaders(answer.code(), body.length);
                exchange.getResponseBody().write(body);
            }
        }
    }

    private Answer answer(String method, URI uri) {
        Supplier<Answer> path = paths.get(uri.getPath());
        if (path == null) {
            return new Answer(404, TEXT, "There is no " + uri.getPath() + "; there is " + String.join(", ", paths.keySet()) + "\n");
        }
        if (!method.equals("GET") && !method.equals("HEAD")) {
            return new Answer(405, TEXT, uri.getPath() + " can be read (GET), not " + method + "\n");
        }
        try {
            return path.get();
        } catch (RuntimeException e) {
            LOG.error("HTTP: {} could not be answered", uri.getPath(), e);
            return new Answer(500, TEXT, uri.getPath() + " could not be answered: " + e + "; .bactrian/logs/bactrian.log has more\n");
        }
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
