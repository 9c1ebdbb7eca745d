package io.bactrian.main;

import io.bactrian.application.Captures;
import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.Question;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.SettleDeadLetters;
import io.bactrian.application.SourceCatalog;
import io.bactrian.application.Status;
import io.bactrian.application.StatusReport;
import io.bactrian.application.VerifyHistories;
import io.bactrian.application.VerifyMirrors;
import io.bactrian.application.Warehouse;
import io.bactrian.infrastructure.debezium.CaptureEndpointStrategy;
import io.bactrian.infrastructure.embedded.ServerHome;
import io.bactrian.infrastructure.jdbc.JdbcWarehouse;
import io.bactrian.infrastructure.jdbc.ModelFolder;
import io.bactrian.infrastructure.jdbc.Models;
import io.bactrian.infrastructure.kafka.KafkaChangeLog;
import io.bactrian.infrastructure.kafka.KafkaDeadLetters;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.Pumps;
import io.bactrian.infrastructure.kafka.TopicEnds;
import io.bactrian.infrastructure.observe.Instances;
import io.bactrian.infrastructure.observe.Meters;
import io.bactrian.infrastructure.observe.ObserveServer;
import io.bactrian.infrastructure.observe.PartsHealthCheck;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.routes.LiveRoutes;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.CamelContext;

/** A running Bactrian, wired by hand: every part gets what it needs from here. */
public final class Bactrian implements AutoCloseable {

    /** What runs. */
    public enum Stages {
        ALL,
        /** Row routes only, without capture and pumps: to replay dead letters and to verify. */
        ROUTES_ONLY
    }

    private final Settings settings;
    private final Instant startedAt = Instant.now();
    private final Health health = new Health();
    private final Liveness liveness;
    private final Captures captures = new Captures();
    private final ChangeJson reader = new ChangeJson();
    private final Map<String, JdbcWarehouse> warehouses = new HashMap<>();
    private final Map<String, Models> models = new TreeMap<>();
    private final KafkaSettings kafka;
    private final KafkaDeadLetters deadLetters;
    private final Pumps pumps;
    private final Meters meters;
    /** Null where nothing is captured and nothing pumped: there is nothing to observe. */
    private Observation observation;
    private final RunningRoutes routes;
    private final List<AutoCloseable> open = new ArrayList<>();

    private Bactrian(Settings settings, Stages stages) {
        this.settings = settings;
        this.liveness = new Liveness(Duration.ofSeconds(settings.number("bactrian.health.hung-after")));
        this.kafka = new KafkaSettings(settings.text("bactrian.kafka.bootstrap-servers"), settings.number("bactrian.kafka.partitions"),
                (short) settings.number("bactrian.kafka.replication"));
        this.routes = routesOf(stages);
        for (String name : settings.warehouses()) {
            String prefix = "bactrian.warehouse." + name;
            JdbcWarehouse warehouse = JdbcWarehouse.mySql(name, settings.text(prefix + ".url"), settings.text(prefix + ".user"),
                    settings.text(prefix + ".password"), 16);
            warehouses.put(name, warehouse);
            open.add(warehouse);
            String scripts = settings.text(prefix + ".scripts");
            if (!scripts.isEmpty()) {
                warehouse.withScripts(Path.of(scripts));
            }
            String folder = settings.text(prefix + ".models");
            if (!folder.isEmpty()) {
                models.put(name, new Models(warehouse, new ModelFolder(Path.of(folder)), LocalDate.parse(settings.text(prefix + ".calendar-from")),
                        routes::warehouseTables, health));
            }
        }
        this.deadLetters = new KafkaDeadLetters(kafka);
        open.add(deadLetters);
        this.pumps = new Pumps(kafka, routes(), reader, deadLetters, health, liveness, this::pipelineSettings);
        this.meters = new Meters(captures, pumps::counters, health);
    }

    /** @throws ConfigurationException when a route or a setting is wrong */
    public static Bactrian start(Settings settings, Stages stages) {
        Bactrian bactrian = new Bactrian(settings, stages);
        try {
            bactrian.start(stages);
            return bactrian;
        } catch (Exception e) {
            bactrian.close();
            throw Faults.explain(e);
        }
    }

    private RunningRoutes routesOf(Stages stages) {
        SourceCatalog sources = new SourceCatalog(settings.sourceOfDatabase());
        CaptureRoutes capturing = stages == Stages.ALL ? new CaptureRoutes(this::captureContext, sources) : null;
        return new RunningRoutes(Path.of(settings.text("bactrian.routes")), this::rowContext, capturing, sources, (pipeline, topic) -> pumps().backlog(pipeline, topic), new PipelinesFollowRoutes(), health);
    }

    private RowRouteContext captureContext(String name) {
        RowRouteContext context = new RowRouteContext(settings, RowRouteContext.Part.CAPTURE, name, pipeline -> {
        });
        context.bind("partsHealthCheck", new PartsHealthCheck(health));
        context.bind("capture", new CaptureEndpointStrategy(KafkaChangeLog.opener(kafka), captures, health, liveness, kafka.bootstrapServers()));
        return context;
    }

    private RowRouteContext rowContext(String name) {
        RowRouteContext context = new RowRouteContext(settings, RowRouteContext.Part.ROWS, name, pipeline -> pumps().counters(pipeline).handled.increment());
        context.bind("referenceTables", new WarehouseTables());
        return context;
    }

    /** Pumps begin after the last route has started and end before the first one stops: no change meets half of its routes. */
    private void start(Stages stages) {
        if (stages == Stages.ALL) {
            observation = new Observation();
        }
        routes.start();
        if (stages == Stages.ALL) {
            models.values().forEach(one -> one.start(liveness));
            pumps.start();
            observation.status.started();
            routes.follow();
        }
    }

    private final class PipelinesFollowRoutes implements RouteReport.Pipelines {
        @Override
        public void check(String pipeline) {
            jdbcWarehouse(pipeline);
        }

        @Override
        public void start() {
            pumps.start();
        }
    }

    /** What can be asked of a running instance, and where. */
    private final class Observation implements AutoCloseable {
        private final ObserveServer http;
        private final Status status;
        private final TopicEnds ends = new TopicEnds(kafka);
        private final Question<Long> metersFollow;
        private final AutoCloseable registered;

        private Observation() {
            http = openHttp();
            long pid = ProcessHandle.current().pid();
            String version = Bactrian.class.getPackage().getImplementationVersion();
            status = new Status(new StatusReport.Instance(version == null ? "(not packaged)" : version, pid, startedAt, http.url()), health, liveness, captures,
                    new Status.Pipelines(routes(), pumps, pumps::counters, pipeline -> settings.text("bactrian.pipeline." + pipeline + ".warehouse")),
                    "Kafka", ends::of, warehouses);
            metersFollow = new Question<>("meters", Duration.ofSeconds(1), () -> {
                meters.follow(status.report());
                return 0L;
            });
            status.start();
            metersFollow.start();
            http.serve(status::report, () -> {
                meters.follow(status.report());
                return meters.scrape();
            });
            registered = new Instances(ServerHome.standard().folder()).register(pid, http.url());
        }

        private ObserveServer openHttp() {
            String host = settings.text("bactrian.http.host");
            String port = settings.text("bactrian.http.port");
            try {
                return ObserveServer.open(host, Integer.parseInt(port));
            } catch (IOException e) {
                ends.close();
                throw new ConfigurationException(List.of("status, health and metrics cannot listen on " + host + ":" + port
                        + " (bactrian.http.host, bactrian.http.port): " + e.getMessage() + ". When something else listens there, another instance perhaps, set "
                        + "bactrian.http.port to a free port, or to 0 for any free one; BACTRIAN_HTTP_PORT=0 does so for once"));
            }
        }

        @Override
        public void close() throws Exception {
            registered.close();
            http.close();
            metersFollow.close();
            status.close();
            ends.close();
        }
    }

    private Pumps.PipelineSettings pipelineSettings(String pipeline) {
        String prefix = "bactrian.pipeline." + pipeline;
        return new Pumps.PipelineSettings(pipeline, warehouse(pipeline), settings.number(prefix + ".consumers"), settings.number(prefix + ".batch-size"));
    }

    private final class WarehouseTables implements ReferenceTables {
        @Override
        public Table load(String pipeline, String table, List<String> columns, int most) {
            return jdbcWarehouse(pipeline).readAll(table, columns, most);
        }

        @Override
        public void missed(String pipeline) {
            pumps.counters(pipeline).lookupMisses.increment();
        }
    }

    public Warehouse warehouse(String pipeline) {
        return jdbcWarehouse(pipeline);
    }

    private JdbcWarehouse jdbcWarehouse(String pipeline) {
        String name = settings.text("bactrian.pipeline." + pipeline + ".warehouse");
        JdbcWarehouse warehouse = warehouses.get(name);
        if (warehouse == null) {
            throw new ConfigurationException(List.of("pipeline " + pipeline + " writes warehouse '" + name + "', which is not set up; the warehouses are "
                    + settings.warehouses() + ". Set bactrian.warehouse." + name + ".url or bactrian.pipeline." + pipeline + ".warehouse"));
        }
        return warehouse;
    }

    /** The models of each warehouse that has a folder for them. */
    public Map<String, Models> models() {
        return models;
    }

    public Health health() {
        return health;
    }

    /** How everything is, at this moment. */
    public StatusReport status() {
        return observation.status.report();
    }

    /** Where status, health and metrics are. */
    public String url() {
        return observation.http.url();
    }

    public Captures captures() {
        return captures;
    }

    public LiveRoutes routes() {
        return routes.live();
    }

    public Map<String, Counters> counters() {
        return pumps.counters();
    }

    public Pumps pumps() {
        return pumps;
    }

    public KafkaDeadLetters deadLetters() {
        return deadLetters;
    }

    public CamelContext camel() {
        return routes.camel();
    }

    public SettleDeadLetters settling(String pipeline) {
        return new SettleDeadLetters(routes(), reader, warehouse(pipeline), deadLetters);
    }

    public VerifyMirrors verification(String pipeline, String source) {
        return new VerifyMirrors(routes(), warehouse(pipeline), new Sources(settings).tables(source));
    }

    /** What breaks the law of the histories in all warehouses; empty when they are right. */
    public List<String> historyViolations() {
        List<String> violations = new ArrayList<>();
        warehouses.values().forEach(warehouse -> violations.addAll(new VerifyHistories(warehouse).violations()));
        return violations;
    }

    /** Stops in order: pumps, routes, connections. What is under way ends first. */
    @Override
    public void close() {
        routes.stopFollowing();
        if (observation != null) {
            observation.status.stopping();
        }
        pumps.close();
        models.values().forEach(Models::close);
        routes.close();
        if (observation != null) {
            open.add(0, observation);
        }
        open.add(meters);
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException("could not close " + one, e);
            }
        }
    }
}
