package io.bactrian.main;

import io.bactrian.application.ReferenceTables;
import io.bactrian.application.SourceCatalog;
import io.bactrian.infrastructure.cases.CaseFaultsException;
import io.bactrian.infrastructure.cases.CaseServer;
import io.bactrian.infrastructure.cases.CaseSuite;
import io.bactrian.infrastructure.embedded.ServerHome;
import io.bactrian.infrastructure.jdbc.JdbcWarehouse;
import io.bactrian.infrastructure.jdbc.ModelFolder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.config.Configurator;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bactrian test}. */
@Command(name = "test", mixinStandardHelpOptions = true, description = {"Runs the golden cases of routes, routes/<pipeline>/cases/*.yaml, on a MySQL server of its own.", "",
    "Needs no Kafka and none of your servers; docs/testing-routes.md says what a case looks like."})
final class TestCommand implements Callable<Integer> {

    /** Always this one: what a case expects of a masked column must not depend on a secret. */
    static final String MASK_KEY = "bactrian-test-mask-key";
    /** Of all databases, when the settings name no source. */
    private static final String SOURCE = "test";
    private static final String LOGGER = "io.bactrian";

    @Parameters(paramLabel = "PATH", arity = "0..*",
            description = "A folder of routes, a pipeline's folder in it, or a case file (default: what the setting bactrian.routes says).")
    private List<Path> paths;
    @Option(names = "--case", paramLabel = "TEXT", defaultValue = "", description = "Only the cases with this text in their name.")
    private String part;
    @Option(names = "--config", paramLabel = "FILE", defaultValue = "application.properties", description = "Settings file; it may be absent (default: ${DEFAULT-VALUE}).")
    private Path config;

    @Override
    public Integer call() {
        // The warehouse's tables are made anew for each case, and each would be a line.
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
        try (CaseServer server = CaseServer.start(ServerHome.standard(), System.err::println)) {
            CaseSuite.Run run = suite.on(server, System.out::println);
            Map<String, String> sources = sources(settings, run.databases());
            Settings own = settings.with(servers(settings, sources, server));
            for (Path folder : suite.routesFolders()) {
                run(run, server, folder, own.with(Map.of("bactrian.routes", folder.toString())), sources);
            }
            return run.end((System.nanoTime() - begin) / 1e9) == 0 ? 0 : App.EXIT_FAILED;
        }
    }

    private static void run(CaseSuite.Run run, CaseServer server, Path folder, Settings settings, Map<String, String> sources) {
        // All pipelines write one warehouse here; its reference tables and models are those of the first warehouse that has any.
        JdbcWarehouse warehouse = JdbcWarehouse.mySql("test", server.jdbcUrl(CaseServer.WAREHOUSE), server.user(), server.password(), 4);
        first(settings, "scripts").ifPresent(warehouse::withScripts);
        try (RowRouteContext context = new RowRouteContext(settings)) {
            context.bind("referenceTables", new ReferenceTables() {
                @Override
                public Table load(String pipeline, String table, List<String> columns, int most) {
                    return warehouse.readAll(table, columns, most);
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
            run.run(folder, context.routes(), warehouse, sources, ends, first(settings, "models").map(ModelFolder::new).orElse(null));
        }
    }

    private static Optional<Path> first(Settings settings, String what) {
        return settings.warehouses().stream().map(name -> settings.text("bactrian.warehouse." + name + "." + what)).filter(text -> !text.isEmpty()).map(Path::of).findFirst();
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

    /** Whatever the routes reach by the settings, they reach on the cases' own server and never on the user's. */
    private static Map<String, String> servers(Settings settings, Map<String, String> sources, CaseServer server) {
        Map<String, String> own = new TreeMap<>();
        own.put("bactrian.mask.key", MASK_KEY);
        for (String source : Set.copyOf(sources.values())) {
            String prefix = "bactrian.source." + source;
            own.put(prefix + ".host", "127.0.0.1");
            own.put(prefix + ".port", Integer.toString(server.port()));
            own.put(prefix + ".user", server.user());
            own.put(prefix + ".password", server.password());
        }
        for (String warehouse : settings.warehouses().isEmpty() ? Set.of("main") : settings.warehouses()) {
            String prefix = "bactrian.warehouse." + warehouse;
            own.put(prefix + ".url", server.jdbcUrl(CaseServer.WAREHOUSE));
            own.put(prefix + ".user", server.user());
            own.put(prefix + ".password", server.password());
        }
        return own;
    }
}
