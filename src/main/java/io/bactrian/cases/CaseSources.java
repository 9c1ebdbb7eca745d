package io.bactrian.cases;

import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import io.bactrian.local.LocalEngine;
import io.bactrian.local.LocalEngines;
import io.bactrian.local.RowChange;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sources' tables, each database on a server of its source's engine: the names in a file or a statement say which
 * of them it is for.
 */
final class CaseSources {

    /** A database's name before a table's; or a text, in which it is none. */
    private static final Pattern DATABASE = Pattern
            .compile("'(?:[^'\\\\]|\\\\.|'')*'|(?:([\\w$]+)|`([^`]+)`|\"([^\"]+)\")\\s*\\.(?=\\s*[\\w$`\"])");

    private final CaseServers servers;
    /** Of the databases that a source of the settings has. */
    private final Map<String, LocalEngine> engines;
    /** Of all others, which other pipelines' topics may be, or everything when no source is named. */
    private final LocalEngine otherwise;
    private final Map<LocalEngine, SourceDatabases> databases = new TreeMap<>();

    CaseSources(CaseServers servers, Map<String, LocalEngine> engines) {
        this.servers = servers;
        this.engines = engines;
        LocalEngine usual = LocalEngines.usual();
        this.otherwise = engines.isEmpty() || engines.containsValue(usual) ? usual : new TreeSet<>(engines.values()).first();
    }

    private SourceDatabases of(LocalEngine engine) {
        return databases.computeIfAbsent(engine, absent -> new SourceDatabases(servers.of(absent)));
    }

    private LocalEngine engineOf(String database) {
        return engines.getOrDefault(database, otherwise);
    }

    /**
     * By engine the files that make its tables. A file is named after its database, and may be there in an engine's own
     * words too: in a folder beside its own that has the engine's name at its end.
     */
    private Map<LocalEngine, List<Path>> apart(List<Path> files) {
        Map<LocalEngine, List<Path>> apart = new TreeMap<>();
        for (Path file : files) {
            LocalEngine engine = engineOf(file.getFileName().toString().replaceFirst("\\.sql$", ""));
            Path folder = file.getParent();
            Path own = folder == null
                    ? file
                    : folder.resolveSibling(folder.getFileName() + "-" + engine.name()).resolve(file.getFileName());
            apart.computeIfAbsent(engine, absent -> new ArrayList<>()).add(Files.isRegularFile(own) ? own : file);
        }
        return apart;
    }

    /** @throws CaseFaultsException when a statement of the files fails */
    Set<String> make(List<Path> files) {
        Set<String> made = new TreeSet<>();
        List<String> faults = new ArrayList<>();
        apart(files).forEach((engine, some) -> {
            try {
                made.addAll(of(engine).make(some));
            } catch (CaseFaultsException e) {
                faults.addAll(e.faults());
            }
        });
        if (!faults.isEmpty()) {
            throw new CaseFaultsException(faults);
        }
        return made;
    }

    /** Whether the last case changed tables and not only rows. */
    boolean altered() {
        return databases.values().stream().anyMatch(SourceDatabases::altered);
    }

    /** Begins a case: all tables are empty, and count from 1. */
    Session begin(List<Path> files) {
        Session session = new Session();
        apart(files).forEach((engine, some) -> session.parts.put(engine, of(engine).begin(some)));
        return session;
    }

    /** What one case does to the sources. */
    final class Session implements AutoCloseable {

        private final Map<LocalEngine, SourceDatabases.Session> parts = new TreeMap<>();

        void at(Instant time) {
            parts.values().forEach(part -> part.at(time));
        }

        /** @throws SqlFailure when the server refuses it, or it is for two */
        List<RowChange> execute(SqlStatement sql) {
            return parts.get(engineOf(sql)).execute(sql);
        }

        private LocalEngine engineOf(SqlStatement sql) {
            if (parts.size() == 1) {
                return parts.keySet().iterator().next();
            }
            Map<LocalEngine, Set<String>> named = new TreeMap<>();
            Matcher names = DATABASE.matcher(sql.text());
            while (names.find()) {
                String name = names.group(1) != null ? names.group(1) : names.group(2) != null ? names.group(2) : names.group(3);
                if (name != null && engines.containsKey(name)) {
                    named.computeIfAbsent(engines.get(name), absent -> new TreeSet<>()).add(name);
                }
            }
            if (named.size() > 1) {
                List<String> each = new ArrayList<>();
                named.forEach((engine, some) -> each.add(
                        some + ", which " + (each.isEmpty() ? "the settings" : "they") + " have in " + servers.of(engine).title()));
                throw new SqlFailure(sql, "it names " + String.join(", and ", each) + "; expected a statement for each", null);
            }
            return named.isEmpty() ? otherwise : named.keySet().iterator().next();
        }

        List<RowChange> truncate(String table) {
            return of(table).truncate(table);
        }

        private SourceDatabases.Session of(String table) {
            return parts.values().stream().filter(part -> part.tables().contains(table)).findFirst().orElseThrow();
        }

        /** All rows of the tables that have some, by table. */
        Map<String, List<Image>> rows() {
            Map<String, List<Image>> all = new TreeMap<>();
            parts.values().forEach(part -> all.putAll(part.rows()));
            return all;
        }

        /** By database and name, in order. */
        List<String> tables() {
            return parts.values().stream().flatMap(part -> part.tables().stream()).sorted().toList();
        }

        TableSchema schema(String table) {
            return of(table).schema(table);
        }

        @Override
        public void close() {
            parts.values().forEach(SourceDatabases.Session::close);
        }
    }
}
