package io.bactrian.cli;

import io.bactrian.application.StatusReport;
import io.bactrian.infrastructure.observe.Instances;
import io.bactrian.infrastructure.observe.ObserveServer;
import io.bactrian.infrastructure.observe.StatusJson;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import io.bactrian.settings.WorkFolder;
import java.io.IOException;
import java.io.PrintStream;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bactrian status}. */
@Command(name = "status", mixinStandardHelpOptions = true, description = {
    "Shows the state of a running instance: captures, pipelines, tables, lag, rates, dead letters, what needs a person.", "",
    "Asks the one that was started in this folder, else the one at bactrian.http.host and bactrian.http.port."},
        footer = {"",
            "Exit codes: 0 all is well, 1 something is DOWN or needs a person, 2 no instance answers."})
final class StatusCommand implements Callable<Integer> {

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(5);
    private static final Duration REDRAW = Duration.ofSeconds(2);
    private static final String LOOPBACK = "127.0.0.1";
    private static final String CLEAR = "\u001b[H\u001b[J";

    @Option(names = "--json", description = "As the instance answers it, for scripts.")
    private boolean json;
    @Option(names = "--watch", description = "Redraws it every 2 seconds until Ctrl-C.")
    private boolean watch;
    @Option(names = "--host", paramLabel = "HOST", description = "Asks that host.")
    private String host;
    @Option(names = "--port", paramLabel = "PORT", description = "Asks that port.")
    private Integer port;
    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file (default: "
            + "${DEFAULT-VALUE}).")
    private Path config;

    private final HttpClient http = HttpClient.newBuilder().connectTimeout(CONNECT).build();
    private final PrintStream out = System.out;

    /** @param text what was answered */
    private record Answered(String text, StatusReport report) {
    }

    /** Nobody answered, or more than one. */
    private static final class NoAnswerException extends Exception {
        private NoAnswerException(String message) {
            super(message);
        }
    }

    @Override
    public Integer call() throws InterruptedException {
        if (!watch) {
            return once();
        }
        boolean terminal = System.console() != null && System.getenv("TERM") != null && !"dumb".equals(System.getenv("TERM"));
        try {
            while (true) {
                // Drawn when it is there, so that the screen is not empty meanwhile.
                if (terminal) {
                    out.print(CLEAR);
                }
                once();
                out.println();
                out.flush();
                Thread.sleep(REDRAW.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return 0;
        }
    }

    private int once() throws InterruptedException {
        try {
            Answered answered = ask();
            if (json) {
                out.print(answered.text());
            } else {
                StatusText.lines(answered.report(), ZoneId.systemDefault()).forEach(out::println);
            }
            return answered.report().isWell() ? 0 : ExitCode.FAILED;
        } catch (NoAnswerException e) {
            System.err.println("bactrian status: " + e.getMessage());
            return ExitCode.WRONG_INPUT;
        }
    }

    private Answered ask() throws NoAnswerException, InterruptedException {
        Map<String, String> faults = new LinkedHashMap<>();
        List<Answered> found = new ArrayList<>();
        for (Map.Entry<String, String> place : places().entrySet()) {
            try {
                found.add(ask(place.getKey()));
            } catch (ConnectException e) {
                faults.put(place.getKey(), place.getValue() + ": nothing listens there");
            } catch (IOException | IllegalArgumentException e) {
                faults.put(place.getKey(), place.getValue() + ": " + (e.getMessage() == null ? e.toString() : e.getMessage()));
            }
        }
        if (found.isEmpty()) {
            throw new NoAnswerException("no instance answers. Tried:\n"
                    + faults.entrySet().stream().map(fault -> "  " + fault.getKey() + ", " + fault.getValue() + "\n")
                            .collect(Collectors.joining())
                    + "`bactrian run` and `bactrian demo` print where they listen; `bactrian status --port PORT` asks there");
        }
        if (found.size() > 1) {
            throw new NoAnswerException(found.size() + " instances were started in this folder; choose one:\n" + found.stream()
                    .map(one -> "  --port " + URI.create(one.report().instance().url()).getPort() + "   process "
                            + one.report().instance().pid() + ", pipelines "
                            + one.report().pipelines().stream().map(StatusReport.Pipeline::pipeline).collect(Collectors.joining(", ")))
                    .collect(Collectors.joining("\n")));
        }
        return found.get(0);
    }

    /** Where to ask, each with why there. */
    private Map<String, String> places() throws NoAnswerException {
        Map<String, String> places = new LinkedHashMap<>();
        if (port == null && host == null) {
            new Instances(WorkFolder.standard()).listening()
                    .forEach(one -> places.put(one.url(), "where process " + one.pid() + " listens, as it has noted"));
            if (!places.isEmpty()) {
                return places;
            }
        }
        // Who says the port may have no settings here, or wrong ones.
        Settings settings = port != null ? null : Settings.loadWithoutServers(config, System.getenv());
        String askedHost = host != null ? host : port != null ? LOOPBACK : reached(settings.text("bactrian.http.host"));
        int askedPort = port != null ? port : settings.number("bactrian.http.port");
        if (askedPort == 0) {
            throw new NoAnswerException("no instance was started in this folder (none is in "
                    + WorkFolder.standard().resolve("instances")
                    + "), and bactrian.http.port is 0, which is any port. `bactrian status --port PORT` asks one that runs elsewhere");
        }
        places.put("http://" + (askedHost.contains(":") ? "[" + askedHost + "]" : askedHost) + ":" + askedPort,
                port != null ? "as --port says" : "as bactrian.http.port says");
        return places;
    }

    private static String reached(String listensOn) {
        return listensOn.equals("0.0.0.0") || listensOn.equals("::") ? LOOPBACK : listensOn;
    }

    private Answered ask(String url) throws IOException, InterruptedException {
        HttpResponse<String> response = http.send(HttpRequest.newBuilder(URI.create(url + ObserveServer.STATUS)).timeout(ANSWER).build(),
                HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IOException(
                    "answers " + response.statusCode() + " to " + ObserveServer.STATUS + "; something else than Bactrian listens there");
        }
        try {
            return new Answered(response.body(), StatusJson.read(response.body()));
        } catch (IllegalArgumentException e) {
            throw new IOException("its answer is no status of Bactrian: " + e.getMessage(), e);
        }
    }
}
