package io.bactrian.main;

import io.bactrian.application.Counters;
import io.bactrian.application.Health;
import io.bactrian.application.ReferenceTables;
import io.bactrian.application.SettleDeadLetters;
import io.bactrian.application.SourceCatalog;
import io.bactrian.application.VerifyHistories;
import io.bactrian.application.VerifyMirrors;
import io.bactrian.application.Warehouse;
import io.bactrian.infrastructure.debezium.CaptureEndpointStrategy;
import io.bactrian.infrastructure.debezium.Captures;
import io.bactrian.infrastructure.jdbc.JdbcWarehouse;
import io.bactrian.infrastructure.jdbc.ModelFolder;
import io.bactrian.infrastructure.jdbc.Models;
import io.bactrian.infrastructure.jdbc.MySqlSource;
import io.bactrian.infrastructure.kafka.KafkaChangeLog;
import io.bactrian.infrastructure.kafka.KafkaDeadLetters;
import io.bactrian.infrastructure.kafka.KafkaSettings;
import io.bactrian.infrastructure.kafka.Pumps;
import io.bactrian.infrastructure.kafka.TopicWarehouse;
import io.bactrian.infrastructure.observe.Meters;
import io.bactrian.infrastructure.observe.PartsHealthCheck;
import io.bactrian.infrastructure.wire.ChangeJson;
import io.bactrian.routes.RouteTable;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.jmx.JmxConfig;
import io.micrometer.jmx.JmxMeterRegistry;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;

/** A running Bactrian, wired by hand: every part gets what it needs from here. */
public final class Bactrian implements AutoCloseable {

    /** What runs. */
    public enum Stages {
        ALL,
        /** Row routes only, without capture and pumps: to replay dead letters and to verify. */
        ROUTES_ONLY
    }

    /** What a pipeline's warehouse is called that is not one, but topics. */
    static final String TOPICS = "topics";

    private final Settings settings;
    private final Health health = new Health();
    private final Captures captures = new Captures();
    private final ChangeJson reader = new ChangeJson();
    private final Map<String, JdbcWarehouse> warehouses = new HashMap<>();
    private final Map<String, Models> models = new TreeMap<>();
    private final Map<String, TopicWarehouse> topics = new ConcurrentHashMap<>();
    private final KafkaSettings kafka;
    private final KafkaDeadLetters deadLetters;
    private final Pumps pumps;
    private final MeterRegistry meters = new JmxMeterRegistry(JmxConfig.DEFAULT, Clock.SYSTEM);
    private final RowRouteContext camel;
    private final List<AutoCloseable> open = new ArrayList<>();

    private Bactrian(Settings settings) {
        this.settings = settings;
        this.camel = new RowRouteContext(settings);
        this.kafka = new KafkaSettings(settings.text("bactrian.kafka.bootstrap-servers"), settings.number("bactrian.kafka.partitions"),
                (short) settings.number("bactrian.kafka.replication"));
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
                        camel::warehouseTables, health));
            }
        }
        this.deadLetters = new KafkaDeadLetters(kafka);
        open.add(deadLetters);
        this.pumps = new Pumps(kafka, routes(), reader, deadLetters, health, this::pipelineSettings);
    }

    /** @throws ConfigurationException when a route or a setting is wrong */
    public static Bactrian start(Settings settings, Stages stages) {
        Bactrian bactrian = new Bactrian(settings);
        try {
            bactrian.startCamel(stages);
            return bactrian;
        } catch (Exception e) {
            bactrian.close();
            throw Faults.explain(e);
        }
    }

    private void startCamel(Stages stages) throws Exception {
        if (stages == Stages.ROUTES_ONLY) {
            camel.leaveOutCapture();
        }
        camel.bind("partsHealthCheck", new PartsHealthCheck(health));
        camel.bind("referenceTables", new WarehouseTables());
        camel.bind("capture", new CaptureEndpointStrategy(KafkaChangeLog.opener(kafka), captures, health, kafka.bootstrapServers()));
        if (stages == Stages.ALL) {
            camel.bind("pumps", new PumpsFollowRoutes());
        }
        camel.start(new SourceCatalog(settings.sourceOfDatabase()));
    }

    /** Pumps begin after the last route has started and end before the first one stops: no change meets half of its routes. */
    private final class PumpsFollowRoutes extends SimpleEventNotifierSupport {
        @Override
        public void notify(CamelEvent event) {
            if (event instanceof CamelEvent.CamelContextStartedEvent) {
                models.values().forEach(Models::start);
                pumps.start();
                new Meters(meters).bind(captures, pumps.counters(), health);
            } else if (event instanceof CamelEvent.CamelContextStoppingEvent) {
                pumps.close();
                models.values().forEach(Models::close);
            }
        }
    }

    private Pumps.PipelineSettings pipelineSettings(String pipeline) {
        String prefix = "bactrian.pipeline." + pipeline;
        return new Pumps.PipelineSettings(pipeline, endsInTopics(pipeline) ? null : warehouse(pipeline), settings.number(prefix + ".consumers"), settings.number(prefix + ".batch-size"));
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

    /** What the pipeline writes. */
    public Warehouse warehouse(String pipeline) {
        return endsInTopics(pipeline) ? topics.computeIfAbsent(pipeline, name -> TopicWarehouse.withoutPump(kafka, name)) : jdbcWarehouse(pipeline);
    }

    private boolean endsInTopics(String pipeline) {
        return settings.text("bactrian.pipeline." + pipeline + ".warehouse").equals(TOPICS);
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

    public Captures captures() {
        return captures;
    }

    public RouteTable routes() {
        return camel.routes();
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
        return camel.camel();
    }

    public SettleDeadLetters settling(String pipeline) {
        return new SettleDeadLetters(routes(), reader, warehouse(pipeline), deadLetters);
    }

    public VerifyMirrors verification(String pipeline, String source) {
        String prefix = "bactrian.source." + source;
        return new VerifyMirrors(routes(), warehouse(pipeline), new MySqlSource(settings.text(prefix + ".host"), settings.number(prefix + ".port"),
                settings.text(prefix + ".user"), settings.text(prefix + ".password")));
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
        camel.close();
        pumps.close();
        models.values().forEach(Models::close);
        meters.close();
        topics.values().forEach(TopicWarehouse::close);
        for (AutoCloseable one : open) {
            try {
                one.close();
            } catch (Exception e) {
                throw new IllegalStateException("could not close " + one, e);
            }
        }
    }
}
