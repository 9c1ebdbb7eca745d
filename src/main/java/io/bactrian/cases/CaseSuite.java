package io.bactrian.cases;

import io.bactrian.application.RowRoutes;
import io.bactrian.local.LocalEngine;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;

/** The golden cases that are to run, read and found without a fault. */
public final class CaseSuite {

    private final Map<CaseFolders.Pipeline, List<CaseFile>> files;
    private final boolean filtered;

    private CaseSuite(Map<CaseFolders.Pipeline, List<CaseFile>> files, boolean filtered) {
        this.files = files;
        this.filtered = filtered;
    }

    /**
     * @param paths folders of routes, folders of a pipeline, or case files
     * @param part of the names of the cases wanted; empty for all
     * @throws CaseFaultsException that names everything that is wrong with all of them
     */
    public static CaseSuite read(List<Path> paths, String part) {
        List<String> faults = new ArrayList<>();
        Map<CaseFolders.Pipeline, List<CaseFile>> files = new LinkedHashMap<>();
        for (CaseFolders.Pipeline pipeline : CaseFolders.of(paths)) {
            List<CaseFile> wanted = new ArrayList<>();
            for (Path file : pipeline.files()) {
                CaseFile read = CaseFileReader.read(file, pipeline.name(), faults);
                wanted.add(new CaseFile(read.path(), read.pipeline(), read.source(),
                        read.cases().stream().filter(one -> one.name().contains(part)).toList()));
            }
            files.put(pipeline, wanted);
        }
        if (faults.isEmpty() && !part.isEmpty() && files.values().stream().flatMap(List::stream).allMatch(file -> file.cases().isEmpty())) {
            faults.add("no case has '" + part + "' in its name; expected a part of one");
        }
        if (!faults.isEmpty()) {
            throw new CaseFaultsException(faults);
        }
        return new CaseSuite(files, !part.isEmpty());
    }

    public boolean isEmpty() {
        return files.values().stream().flatMap(List::stream).allMatch(file -> file.cases().isEmpty());
    }

    /** The folders that hold the pipelines' folders. */
    public Set<Path> routesFolders() {
        Set<Path> folders = new LinkedHashSet<>();
        files.keySet().forEach(pipeline -> folders.add(pipeline.routes()));
        return folders;
    }

    /** The pipelines of one of them. */
    public Set<String> pipelines(Path routes) {
        Set<String> pipelines = new LinkedHashSet<>();
        files.keySet().stream().filter(pipeline -> pipeline.routes().equals(routes)).forEach(pipeline -> pipelines.add(pipeline.name()));
        return pipelines;
    }

    /**
     * A run of these cases.
     *
     * @param sources by database, as far as the settings name any, the engine that it is on
     */
    public Run on(CaseServers servers, Map<String, LocalEngine> sources, Consumer<String> out) {
        return new Run(new CaseSources(servers, sources), out);
    }

    /** Says which pipelines have no cases; for when that is all that there is to say. */
    public void say(Consumer<String> out) {
        CaseReport report = new CaseReport(out);
        files.keySet().forEach(pipeline -> report.withoutCases(pipeline.folder()));
    }

    /** Runs the cases of one folder of routes after the other. */
    public final class Run {

        private final CaseSources databases;
        private final CaseReport report;

        private Run(CaseSources databases, Consumer<String> out) {
            this.databases = databases;
            this.report = new CaseReport(out);
        }

        /**
         * Makes the source's tables and tells the databases that they are in.
         *
         * @throws CaseFaultsException when SQL that makes them fails
         */
        public Set<String> databases() {
            Set<List<Path>> sources = new LinkedHashSet<>();
            files.values().forEach(some -> some.forEach(file -> sources.add(file.source())));
            Set<String> found = new TreeSet<>();
            List<String> faults = new ArrayList<>();
            for (List<Path> source : sources) {
                try {
                    found.addAll(databases.make(source));
                } catch (CaseFaultsException e) {
                    faults.addAll(e.faults());
                }
            }
            if (!faults.isEmpty()) {
                throw new CaseFaultsException(faults);
            }
            return found;
        }

        /**
         * @param pipelines of that folder, which write this warehouse
         * @param routes those that run, of that folder
         * @param sources by database
         * @param routesTables the warehouse tables, and topics, that the routes name
         */
        public void run(Path folder, Set<String> pipelines, RowRoutes routes, CaseWarehouse warehouse, Map<String, String> sources,
                Collection<String> routesTables) {
            RecordedRoutes recorded = new RecordedRoutes(routes);
            CaseRunner runner = new CaseRunner(warehouse, databases, recorded, sources, Set.copyOf(routesTables));
            files.forEach((pipeline, some) -> {
                if (pipeline.routes().equals(folder) && pipelines.contains(pipeline.name())) {
                    run(pipeline, some, runner, recorded);
                }
            });
        }

        private void run(CaseFolders.Pipeline pipeline, List<CaseFile> some, CaseRunner runner, RecordedRoutes recorded) {
            if (pipeline.files().isEmpty()) {
                report.withoutCases(pipeline.folder());
                return;
            }
            for (CaseFile file : some) {
                if (!file.cases().isEmpty()) {
                    report.file(file.path());
                    file.cases().forEach(one -> report.result(runner.run(file, one)));
                }
            }
            Set<String> unused = recorded.unused(pipeline.name());
            // Where only some cases run, what the others cover is not known.
            if (!filtered && pipeline.whole() && !unused.isEmpty()) {
                report.notCovered(pipeline.folder(), unused);
            }
        }

        /** @return the number of cases that failed */
        public int end(double seconds) {
            report.end(seconds);
            return report.failed();
        }
    }
}
