package io.bactrian.settings;

import io.bactrian.engines.DatabaseNames;
import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import io.bactrian.engines.SourceEngine;
import io.bactrian.engines.SourceSettings;
import io.bactrian.engines.WarehouseLocation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Settings that are right alone and wrong together, or with the folders that they name. */
final class Contradictions {

    /** Folders below that of the routes that are no pipelines. */
    private static final Set<String> NO_PIPELINES = Set.of("capture", "kamelets");
    /** Topics of ours begin with it. */
    private static final String OURS = "bactrian";

    private final Settings settings;
    /** Where a key was set, with a colon and a blank; empty for one that nobody has set. */
    private final Function<String, String> where;
    private final Stages stages;
    private final List<String> faults = new ArrayList<>();

    private Contradictions(Settings settings, Function<String, String> where, Stages stages) {
        this.settings = settings;
        this.where = where;
        this.stages = stages;
    }

    /** @param stages what this instance runs: what only others need may be missing here */
    static List<String> of(Settings settings, Function<String, String> where, Stages stages) {
        Contradictions found = new Contradictions(settings, where, stages);
        found.sources();
        found.warehouses();
        found.folders();
        found.pipelines();
        return found.faults;
    }

    private void sources() {
        Map<String, String> sourceOfDatabase = new HashMap<>();
        Map<String, List<SourceSettings>> before = new HashMap<>();
        for (String source : settings.sources()) {
            String prefix = "bactrian.source." + source;
            if (source.equals(OURS)) {
                faults.add(where.apply(prefix + ".host") + "a source cannot be named '" + OURS
                        + "': its topics would be named like Bactrian's own. Choose another name");
            }
            for (String database : DatabaseNames.of(settings.text(prefix + ".databases"))) {
                String other = sourceOfDatabase.putIfAbsent(database, source);
                if (other != null && !other.equals(source)) {
                    faults.add(
                            where.apply(prefix + ".databases") + "database '" + database + "' is in the sources " + other + " and " + source
                                    + "; expected each database in one source's list");
                }
            }
            Optional<SourceSettings> described = settings.sourceIfRight(source);
            described.flatMap(one -> Engines.source(settings.text(prefix + ".kind"))).ifPresent(engine -> {
                List<SourceSettings> others = before.computeIfAbsent(settings.text(prefix + ".kind"), kind -> new ArrayList<>());
                engine.faults(described.get(), others).forEach(fault -> faults.add(where.apply(fault.key()) + fault.text()));
                others.add(described.get());
            });
        }
    }

    private void warehouses() {
        for (String warehouse : settings.warehouses()) {
            String key = "bactrian.warehouse." + warehouse + ".url";
            if (warehouse.equals(Settings.TOPICS)) {
                faults.add(where.apply(key) + "a warehouse cannot be named '" + Settings.TOPICS
                        + "': that is what a pipeline's warehouse is called when its routes end in topic:. Choose another name");
            }
            Optional<WarehouseLocation> location = Engines.warehouse(settings.text(key)).flatMap(Engine::warehouse)
                    .flatMap(engine -> engine.location(settings.text(key)));
            for (String source : settings.sources()) {
                String prefix = "bactrian.source." + source;
                Optional<SourceSettings> described = settings.sourceIfRight(source);
                Optional<SourceEngine> engine = Engines.source(settings.text(prefix + ".kind"));
                if (location.isPresent() && described.isPresent() && engine.isPresent()
                        && engine.get().captures(described.get(), location.get())) {
                    faults.add(where.apply(key) + "warehouse " + warehouse + " is " + location.get() + ", which source " + source
                            + " captures; its own rows would come back as changes, for ever. Give the warehouse a "
                            + "database of its own, or take it out of "
                            + prefix + ".databases");
                }
            }
        }
    }

    private void folders() {
        folder("bactrian.routes", "the folder that holds a folder of *.camel.yaml files for each pipeline");
        for (String warehouse : settings.warehouses()) {
            if (!stages.uses(warehouse, settings)) {
                continue;
            }
            folder("bactrian.warehouse." + warehouse + ".scripts", "a folder of SQL files");
            folder("bactrian.warehouse." + warehouse + ".models", "a folder of models, a file <name>.sql each");
        }
    }

    private void folder(String key, String expected) {
        Path folder = Path.of(settings.text(key));
        if (!settings.text(key).isEmpty() && !Files.isDirectory(folder)) {
            faults.add(where.apply(key) + key + " is '" + folder + "' (" + folder.toAbsolutePath() + "), which is no folder; expected "
                    + expected);
        }
    }

    private void pipelines() {
        Path routes = Path.of(settings.text("bactrian.routes"));
        if (!Files.isDirectory(routes)) {
            return;
        }
        Set<String> folders = pipelineFolders(routes);
        Set<String> named = new TreeSet<>(settings.pipelines());
        for (String pipeline : named) {
            if (stages.pumps(pipeline) && !folders.contains(pipeline) && !isNamedInARoute(routes, pipeline)) {
                String first = settings.firstOfPipeline(pipeline);
                faults.add(where.apply(first) + first + " is for a pipeline '" + pipeline + "', which has no folder "
                        + routes.resolve(pipeline)
                        + "; the pipelines are " + folders);
            }
        }
        named.addAll(folders);
        if (settings.warehouses().isEmpty()) {
            return;
        }
        for (String pipeline : named) {
            String key = "bactrian.pipeline." + pipeline + ".warehouse";
            String warehouse = settings.text(key);
            if (stages.pumps(pipeline) && !warehouse.equals(Settings.TOPICS) && !settings.warehouses().contains(warehouse)) {
                faults.add(where.apply(key) + "pipeline " + pipeline + " writes warehouse '" + warehouse
                        + "', which is not set up; the warehouses are "
                        + settings.warehouses() + ". Set bactrian.warehouse." + warehouse + ".url or " + key);
            }
        }
    }

    private static Set<String> pipelineFolders(Path routes) {
        try (Stream<Path> files = Files.find(routes, 2,
                (file, about) -> about.isRegularFile() && file.toString().endsWith(".camel.yaml"))) {
            Set<String> folders = new TreeSet<>();
            files.filter(file -> !file.getParent().equals(routes)).forEach(file -> folders.add(file.getParent().getFileName().toString()));
            folders.removeAll(NO_PIPELINES);
            return folders;
        } catch (IOException e) {
            throw new UncheckedIOException("the routes' folder " + routes + " cannot be read", e);
        }
    }

    /** A route may name another pipeline than its folder's. */
    private static boolean isNamedInARoute(Path routes, String pipeline) {
        Pattern named = Pattern.compile("\\bpipeline\\s*[=:]\\s*\"?" + Pattern.quote(pipeline) + "(?![a-z0-9-])");
        try (Stream<Path> files = Files.find(routes, 2,
                (file, about) -> about.isRegularFile() && file.toString().endsWith(".camel.yaml"))) {
            for (Path file : files.toList()) {
                if (named.matcher(Files.readString(file)).find()) {
                    return true;
                }
            }
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("the routes' folder " + routes + " cannot be read", e);
        }
    }
}
