package io.bactrian.main;

import io.bactrian.application.Captures;
import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.application.PlanTables;
import io.bactrian.application.RepeatedQuestion;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.SettleDeadLetters;
import io.bactrian.application.SourceCatalog;
import io.bactrian.application.Status;
import io.bactrian.application.StatusReport;
import io.bactrian.application.StoredRows;
import io.bactrian.application.VerifyHistories;
import io.bactrian.application.VerifyMirrors;
import io.bactrian.application.Warehouse;
import io.bactrian.engines.KeptModels;
import io.bactrian.engines.OpenWarehouse;
import io.bactrian.engines.TableReader;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.infrastructure.capture.CaptureEndpointStrategy;
import io.bactrian.infrastructure.capture.RereadPlan;
import io.bactrian.infrastructure.kafka.KafkaChangeLog;
import io.bactrian.infrastructure.kafka.KafkaDeadLetters;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.Pumps;
import io.bactrian.infrastructure.kafka.RereadTopic;
import io.bactrian.infrastructure.kafka.TopicEnds;
import io.bactrian.infrastructure.kafka.TopicWarehouse;
import io.bactrian.infrastructure.kafka.WaitingLetters;
import io.bactrian.infrastructure.kafka.WarehouseOpener;
import io.bactrian.infrastructure.observe.Instances;
import io.bactrian.infrastructure.observe.Meters;
import io.bactrian.infrastructure.observe.ObserveServer;
import io.bactrian.infrastructure.observe.PartsHealthCheck;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.live.CaptureRoutes;
import io.bactrian.live.PipelineCapabilities;
import io.bactrian.live.RowRouteContext;
import io.bactrian.live.RunningRoutes;
import io.bactrian.live.CauseMessages;
import io.bactrian.routes.LiveRoutes;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.Settings;
import io.bactrian.settings.Stages;
import io.bactrian.settings.WorkFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;

/** A running Bactrian, wired by hand: every part gets what it needs from here. */
public final class Bactrian implements AutoCloseable {

    private final Settings settings;
    private final Stages stages;
    private final Instant startedAt = Instant.now();
    private final Health health = new Health();
    private final Liveness liveness;
    private final Captures captures = new Captures();
    private final ChangeJson reader = new ChangeJson();
    private final Map<String, OpenWarehouse> warehouses = new HashMap<>();
    private final Map<String, KeptModels> models = new TreeMap<>();
    private final Map<String, TopicWarehouse> topics = new ConcurrentHashMap<>();
    private final KafkaSettings kafka;
    private final KafkaDeadLetters deadLetters;
    private final Pumps pumps;
    private final Meters meters;
    /** Null where nothing is captured and nothing pumped: there is nothing to observe. */
    private Observation observation;
    private final RunningRoutes routes;
    private final SourceCatalog sources;
    private final List<AutoCloseable> open = new ArrayList<>();

    private Bactrian(Settings settings, Stages stages) {
        this.settings = settings;
        this.stages = stages;
        this.liveness = new Liveness(Duration.ofSeconds(settings.number("bactrian.health.hung-after")));
        this.kafka = new KafkaSettings(settings.text("bactrian.kafka.bootstrap-servers"), settings.number("bactrian.kafka.partitions"),
                (short) settings.number("bactrian.kafka.replication"));
        this.sources = new SourceCatalog(settings.sourceOfDatabase());
        this.routes = running();
        for (String name : settings.warehouses()) {
            String prefix = "bactrian.warehouse." + name;
            OpenWarehouse warehouse = settings.engineOfWarehouse(name).open(settings.warehouse(name),
                    settings.folder(prefix + ".scripts"));
            warehouses.put(name, warehouse);
            open.add(warehouse);
            settings.folder(prefix + ".models").ifPresent(folder -> {
                List<String> faults = PipelineCapabilities.faultsOfModels(PipelineCapabilities.ofWarehouse(settings, name),
                        new ModelFolder(folder));
                if (!faults.isEmpty()) {
                    throw new ConfigurationException(faults);
                }
                warehouse.models(folder, LocalDate.parse(settings.text(prefix + ".calendar-from")), routes::warehouseTables, health)
                        .ifPresent(kept -> models.put(name, kept));
            });
        }
        this.deadLetters = new KafkaDeadLetters(kafka);
        open.add(deadLetters);
        this.pumps = new Pumps(kafka, routes(), reader, deadLetters, sources, health, liveness, this::pipelineSettings, stages::pumps);
        this.meters = new Meters(captures, pumps::counters, health);
    }

    /** @throws ConfigurationException when a route or a setting is wrong */
    public static Bactrian start(Settings settings, Stages stages) {
        Bactrian bactrian = new Bactrian(settings, stages);
        try {
            bactrian.start();
            return bactrian;
        } catch (Exception e) {
            bactrian.close();
            throw CauseMessages.explain(e);
        }
    }

    private RunningRoutes running() {
        CaptureRoutes capturing = stages.captures() ? new CaptureRoutes(this::captureContext, sources) : null;
        return new RunningRoutes(Path.of(settings.text("bactrian.routes")), this::rowContext, capturing, sources,
                (pipeline, topic) -> pumps().backlog(pipeline, topic), new PipelinesFollowRoutes(), health);
    }

    private RowRouteContext captureContext(String name) {
        RowRouteContext context = new RowRouteContext(settings, RowRouteContext.Part.CAPTURE, name, pipeline -> {
        });
        context.bind("partsHealthCheck", new PartsHealthCheck(health));
        context.bind("capture",
                new CaptureEndpointStrategy(KafkaChangeLog.opener(kafka), captures, this::isRead, health, liveness,
                        kafka.bootstrapServers()));
        return context;
    }

    private boolean isRead(String topic) {
        return routes().pipelines().stream().anyMatch(pipeline -> routes().topics(pipeline).contains(topic));
    }

    private RowRouteContext rowContext(String name) {
        RowRouteContext context = new RowRouteContext(settings, RowRouteContext.Part.ROWS, name,
                pipeline -> pumps().counters(pipeline).handled.increment());
        context.bind("referenceTables", new WarehouseTables());
        return context;
    }

    /**
     * Pumps begin after the last route has started and end before the first one stops: no change meets half of its
     * routes.
     */
    private void start() {
        if (stages.runs()) {
            observation = new Observation();
        }
        routes.start();
        if (stages.runs()) {
            models.forEach((warehouse, kept) -> {
                if (stages.uses(warehouse, settings)) {
                    kept.start(liveness);
                }
            });
            pumps.start();
            observation.status.started();
            routes.follow();
        }
    }

    private final class PipelinesFollowRoutes implements RunningRoutes.Pipelines {
        @Override
        public void checkNames(Set<String> all) {
            stages.checkNames(all);
        }

        @Override
        public void check(String pipeline) {
            if (stages.pumps(pipeline)) {
                warehouse(pipeline);
            }
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
        private final RepeatedQuestion<Long> metersFollow;
        private final AutoCloseable registered;

        private Observation() {
            http = openHttp();
            long pid = ProcessHandle.current().pid();
            String version = Bactrian.class.getPackage().getImplementationVersion();
            status = new Status(new StatusReport.Instance(version == null ? "(not packaged)" : version, pid, startedAt, http.url()), health,
                    liveness, captures,
                    new Status.Pipelines(routes(), pumps, pumps::counters,
                            pipeline -> settings.text("bactrian.pipeline." + pipeline + ".warehouse")),
                    "Kafka", ends::of, openDeadLetters());
            metersFollow = new RepeatedQuestion<>("meters", Duration.ofSeconds(1), () -> {
                meters.follow(status.report());
                return 0L;
            });
            status.start();
            metersFollow.start();
            http.serve(status::report, () -> {
                meters.follow(status.report());
                return meters.scrape();
            });
            registered = new Instances(WorkFolder.standard()).register(pid, http.url());
        }

        /** By warehouse. The others may be out of this process's reach. */
        private Map<String, Callable<Map<String, Long>>> openDeadLetters() {
            Map<String, Callable<Map<String, Long>>> asked = new TreeMap<>();
            warehouses.forEach((name, warehouse) -> warehouse.letters().ifPresent(letters -> asked.put(name, letters::openDeadLetters)));
            if (settings.pipelines().stream().anyMatch(Bactrian.this::endsInTopics)) {
                asked.put(Settings.TOPICS, new WaitingLetters(kafka,
                        () -> pumps.counters().keySet().stream().filter(Bactrian.this::endsInTopics).collect(Collectors.toSet()))::count);
            }
            asked.keySet().removeIf(warehouse -> !stages.uses(warehouse, settings));
            return asked;
        }

        private ObserveServer openHttp() {
            String host = settings.text("bactrian.http.host");
            String port = settings.text("bactrian.http.port");
            try {
                return ObserveServer.open(host, Integer.parseInt(port));
            } catch (IOException e) {
                ends.close();
                throw new ConfigurationException(List.of("status, health and metrics cannot listen on " + host + ":" + port
                        + " (bactrian.http.host, bactrian.http.port): " + e.getMessage()
                        + ". If something else listens there, another instance perhaps, set "
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
        int consumers = settings.number(prefix + ".consumers");
        if (!endsInTopics(pipeline)) {
            // Here, since a pipeline may be there by its routes alone: no setting names it at the start.
            openWarehouse(pipeline).serve(pipeline, consumers);
        }
        WarehouseOpener opener = endsInTopics(pipeline)
                ? TopicWarehouse.opener(kafka, pipeline)
                : WarehouseOpener.shared(warehouse(pipeline));
        return new Pumps.PipelineSettings(pipeline, opener, consumers,
                settings.number(prefix + ".batch-size"));
    }

    private final class WarehouseTables implements ReferenceTables {
        @Override
        public Table load(String pipeline, String table, List<String> columns, int most) {
            Warehouse warehouse = warehouse(pipeline);
            // A route whose text names a lookup was rejected when it was loaded; this is for one that is only computed.
            return warehouse.tables().orElseThrow(() -> new ConfigurationException(List.of("pipeline " + pipeline + " writes "
                    + warehouse.name() + ", where no table can be looked into; look " + table
                    + " up in the pipeline that loads a warehouse with tables"))).readAll(table, columns, most);
        }

        @Override
        public void missed(String pipeline) {
            pumps.counters(pipeline).lookupMisses.increment();
        }
    }

    /** What the pipeline writes. */
    public Warehouse warehouse(String pipeline) {
        return endsInTopics(pipeline)
                ? topics.computeIfAbsent(pipeline, name -> TopicWarehouse.withoutPump(kafka, name))
                : openWarehouse(pipeline);
    }

    /** What the tables that the pipeline writes hold. */
    public StoredRows rows(String pipeline) {
        Warehouse warehouse = warehouse(pipeline);
        return warehouse.rows().orElseThrow(() -> new ConfigurationException(List.of("pipeline " + pipeline + " writes " + warehouse.name()
                + ", which has no rows to look at; expected a warehouse with tables. If it passes on, look at the tables of the "
                + "pipeline that loads them")));
    }

    private boolean endsInTopics(String pipeline) {
        return settings.text("bactrian.pipeline." + pipeline + ".warehouse").equals(Settings.TOPICS);
    }

    private OpenWarehouse openWarehouse(String pipeline) {
        String name = settings.text("bactrian.pipeline." + pipeline + ".warehouse");
        OpenWarehouse warehouse = warehouses.get(name);
        if (warehouse == null) {
            throw new ConfigurationException(List.of("pipeline " + pipeline + " writes warehouse '" + name
                    + "', which is not set up; the warehouses are "
                    + settings.warehouses() + ". Set bactrian.warehouse." + name + ".url or bactrian.pipeline." + pipeline + ".warehouse"));
        }
        return warehouse;
    }

    /** The models of each warehouse that has a folder for them. */
    public Map<String, KeptModels> models() {
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

    /** What capture writes and what pipelines pass on. */
    public SourceCatalog sources() {
        return sources;
    }

    /** What is running, in words. */
    public String parts() {
        return stages.of(settings.sources(), routes().pipelines());
    }

    /** The topics that routes name to pass on to. */
    public Set<String> passedOnTo() {
        return routes.passedOnTo();
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

    public VerifyMirrors verification(String source) {
        return new VerifyMirrors(routes(), this::rows, this::endsInTopics, settings.engineOf(source).tables(settings.source(source)));
    }

    /** What the warehouses would do to their tables. */
    public PlanTables planning() {
        return new PlanTables(routes(), this::endsInTopics, this::warehouse,
                source -> settings.engineOf(source).tables(settings.source(source)));
    }

    /**
     * What the capture of a source would read again, as far as its catalogue tells. @param capture as its route has it
     */
    public RereadPlan rereads(String source, Properties capture) {
        try (TableReader reader = settings.engineOf(source).log(capture).reader()) {
            return RereadPlan.of(source, new RereadTopic(kafka).noted(source), reader);
        }
    }

    /** What breaks the law of the histories in all warehouses; empty when they are right. */
    public List<String> historyViolations() {
        List<String> violations = new ArrayList<>();
        warehouses.values().forEach(warehouse -> warehouse.histories()
                .ifPresent(histories -> violations.addAll(new VerifyHistories(histories).violations())));
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
        models.values().forEach(KeptModels::close);
        routes.close();
        if (observation != null) {
            open.add(0, observation);
        }
        open.add(meters);
        open.addAll(topics.values());
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException("could not close " + one, e);
            }
        }
    }
}
