package io.bactrian.cases;

import io.bactrian.application.ReferenceTables;
import io.bactrian.application.SourceCatalog;
import io.bactrian.cli.AddedCommand;
import io.bactrian.engines.WarehouseSettings;
import io.bactrian.engines.sql.SqlEngine;
import io.bactrian.engines.sql.SqlWarehouse;
import io.bactrian.engines.sql.models.ModelFolder;
import io.bactrian.live.RowRouteContext;
import io.bactrian.local.CaseServer;
import io.bactrian.local.LocalEngine;
import io.bactrian.local.LocalEngines;
import io.bactrian.servers.ServerHome;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Settings;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bactrian test}. */
@Command(name = "test", mixinStandardHelpOptions = true, description = {
    "Runs the golden cases of routes, routes/<pipeline>/cases/*.yaml, on database servers of its own.", "",
    "Needs no Kafka and none of your servers; docs/testing-routes.md says what a case looks like."})
public final class TestCommand implements AddedCommand {

    /** Always this one: what a case expects of a masked column must not depend on a secret. */
    static final String MASK_KEY = "bactrian-test-mask-key";
    /** Of all databases, when the settings name no source. */
    private static final String SOURCE = "test";
    private static final String LOGGER = "io.bactrian";

    @Parameters(paramLabel = "PATH", arity = "0..*", description = "A folder of routes, a pipeline's folder in it, or "
            + "a case file (default: what the setting bactrian.routes says).")
    private List<Path> paths;
    @Option(names = "--case", paramLabel = "TEXT", defaultValue = "", description = "Only the cases with this text in their name.")
    private String part;
    @Option(names = "--warehouse", paramLabel = "ENGINE", converter = LocalEngines.Any.class,
            completionCandidates = LocalEngines.Any.class,
            description = "The warehouse: ${COMPLETION-CANDIDATES} (default: what the URL of the pipeline's warehouse says, or "
                    + LocalEngines.USUAL + ").")
    private LocalEngine engine;
    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file; it may be "
            + "absent (default: ${DEFAULT-VALUE}).")
    private Path config;

    @Override
    public Integer call() {
        // The warehouse's tables are rebuilt for each case, and each would be a line.
        Level level = LogManager.getLogger(LOGGER).getLevel();
        if (System.getProperty("bactrian.log") == null) {
            Configurator.setLevel(LOGGER, Level.WARN);
        }
        try {
            return test();
        } catch (CaseFaultsException e) {
            throw new ConfigurationException(e.faults());
        } finally {
            Configurator.setLevel(LOGGER, level);
        }
    }

    private int test() {
        long begin = System.nanoTime();
        Settings settings = Settings.loadWithoutServers(config, System.getenv());
        CaseSuite suite = CaseSuite.read(paths == null ? List.of(Path.of(settings.text("bactrian.routes"))) : paths, part);
        if (suite.isEmpty()) {
            suite.say(System.out::println);
            return 0;
        }
        try (CaseServers servers = new CaseServers(ServerHome.standard(), System.err::println)) {
            Map<String, LocalEngine> engines = new TreeMap<>();
            settings.sourceOfDatabase().forEach((database, source) -> engines.put(database, engineOfSource(settings, source)));
            CaseSuite.Run run = suite.on(servers, engines, System.out::println);
            Map<String, String> sources = sources(settings, run.databases());
            Settings own = settings.with(replaced(settings, sources, servers));
            for (Path folder : suite.routesFolders()) {
                run(run, servers, folder, suite.pipelines(folder), own.with(Map.of("bactrian.routes", folder.toString())), sources);
            }
            return run.end((System.nanoTime() - begin) / 1e9) == 0 ? 0 : ExitCode.FAILED;
        }
    }

    private void run(CaseSuite.Run run, CaseServers servers, Path folder, Set<String> pipelines, Settings settings,
            Map<String, String> sources) {
        Map<String, CaseWarehouse> warehouses = new LinkedHashMap<>();
        try (RowRouteContext context = new RowRouteContext(settings)) {
            Map<String, Set<String>> writers = new LinkedHashMap<>();
            for (String pipeline : pipelines) {
                String name = warehouseOf(settings, pipeline);
                writers.computeIfAbsent(name, absent -> new TreeSet<>()).add(pipeline);
                warehouses.computeIfAbsent(name, absent -> open(settings, name, servers));
            }
            context.bind("referenceTables", new ReferenceTables() {
                @Override
                public Table load(String pipeline, String table, List<String> columns, int most) {
                    return warehouses.get(warehouseOf(settings, pipeline)).warehouse().tables().orElseThrow().readAll(table, columns, most);
                }

                @Override
                public void missed(String pipeline) {
                    // Nobody counts here; what a miss makes of the row is in the case.
                }
            });
            context.start(new SourceCatalog(sources));
            // What is passed on is kept in a table of the topic's name.
            Set<String> ends = new TreeSet<>(context.warehouseTables());
            ends.addAll(context.passedOnTo());
            // One after the other: those of one kind share a database.
            writers.forEach((name, some) -> run.run(folder, some, context.routes(), warehouses.get(name), sources, ends));
        } finally {
            warehouses.values().forEach(CaseWarehouse::close);
        }
    }

    private CaseWarehouse open(Settings settings, String name, CaseServers servers) {
        CaseServer server = servers.of(engineOfWarehouse(settings, name));
        String url = server.warehouseUrl();
        SqlEngine engine = SqlEngine.of(url).orElseThrow();
        SqlWarehouse warehouse = engine.open(
                new WarehouseSettings(name, url, engine.location(url).orElseThrow(), server.user(), server.password()),
                folder(settings, name, "scripts"));
        return new CaseWarehouse(server, warehouse, folder(settings, name, "models").map(ModelFolder::new).orElse(null));
    }

    private static Optional<Path> folder(Settings settings, String warehouse, String what) {
        return Optional.of(settings.text("bactrian.warehouse." + warehouse + "." + what)).filter(text -> !text.isEmpty()).map(Path::of);
    }

    /**
     * Of a pipeline that ends in topics, and of one whose warehouse no setting describes, the first that is described.
     */
    private static String warehouseOf(Settings settings, String pipeline) {
        String name = settings.text("bactrian.pipeline." + pipeline + ".warehouse");
        return settings.warehouses().contains(name) ? name : settings.warehouses().stream().findFirst().orElse("main");
    }

    private LocalEngine engineOfWarehouse(Settings settings, String name) {
        return engine != null
                ? engine
                : LocalEngines.of(settings.text("bactrian.warehouse." + name + ".url")).orElseGet(LocalEngines::usual);
    }

    private static LocalEngine engineOfSource(Settings settings, String source) {
        String key = "bactrian.source." + source + ".kind";
        return LocalEngines.named(settings.text(key)).orElseThrow(() -> new ConfigurationException(List.of(key + " is "
                + settings.text(key) + ", of which no server can be started here; golden cases run on "
                + LocalEngines.all().stream().map(LocalEngine::name).toList())));
    }

    /** By database: as the settings say, or all of one source when they name none. */
    private static Map<String, String> sources(Settings settings, Set<String> databases) {
        if (!settings.sources().isEmpty()) {
            return settings.sourceOfDatabase();
        }
        Map<String, String> sources = new TreeMap<>();
        databases.forEach(database -> sources.put(database, SOURCE));
        return sources;
    }

    /** Whatever the routes reach by the settings, they reach on the cases' own servers and never on the user's. */
    private Map<String, String> replaced(Settings settings, Map<String, String> sources, CaseServers servers) {
        Map<String, String> own = new TreeMap<>();
        own.put("bactrian.mask.key", MASK_KEY);
        for (String source : Set.copyOf(sources.values())) {
            CaseServer server = servers.of(engineOfSource(settings, source));
            String prefix = "bactrian.source." + source;
            own.put(prefix + ".host", "127.0.0.1");
            own.put(prefix + ".port", Integer.toString(server.port()));
            own.put(prefix + ".database", server.sources());
            own.put(prefix + ".user", server.user());
            own.put(prefix + ".password", server.password());
        }
        for (String warehouse : settings.warehouses().isEmpty() ? Set.of("main") : settings.warehouses()) {
            CaseServer server = servers.of(engineOfWarehouse(settings, warehouse));
            String prefix = "bactrian.warehouse." + warehouse;
            own.put(prefix + ".url", server.warehouseUrl());
            own.put(prefix + ".user", server.user());
            own.put(prefix + ".password", server.password());
        }
        return own;
    }
}
