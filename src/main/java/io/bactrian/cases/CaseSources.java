package io.bactrian.cases;

import io.bactrian.cases.CaseServer.Kind;
import io.bactrian.domain.Image;
import io.bactrian.domain.TableSchema;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The sources' tables, each database on a server of the kind that its source is of: which of them a file or a statement
 * is for, its names say.
 */
final class CaseSources {

    private static final String POSTGRES_FOLDER = "-postgres";
    /** A database's name before a table's; or a text, in which it is none. */
    private static final Pattern DATABASE = Pattern
            .compile("'(?:[^'\\\\]|\\\\.|'')*'|(?:([\\w$]+)|`([^`]+)`|\"([^\"]+)\")\\s*\\.(?=\\s*[\\w$`\"])");

    private final CaseServers servers;
    /** Of the databases that a source of the settings has. */
    private final Map<String, Kind> kinds;
    /** Of all others, which other pipelines' topics may be, or everything when no source is named. */
    private final Kind otherwise;
    private final Map<Kind, SourceDatabases> databases = new EnumMap<>(Kind.class);

    CaseSources(CaseServers servers, Map<String, Kind> kinds) {
        this.servers = servers;
        this.kinds = kinds;
        this.otherwise = kinds.isEmpty() || kinds.containsValue(Kind.mysql) ? Kind.mysql : Kind.postgres;
    }

    private SourceDatabases of(Kind kind) {
        return databases.computeIfAbsent(kind, absent -> new SourceDatabases(servers.of(absent)));
    }

    private Kind kindOf(String database) {
        return kinds.getOrDefault(database, otherwise);
    }

    /**
     * By kind the files that make its tables. A file is named after its database, and may be there in PostgreSQL's
     * words beside MySQL's.
     */
    private Map<Kind, List<Path>> apart(List<Path> files) {
        Map<Kind, List<Path>> apart = new EnumMap<>(Kind.class);
        for (Path file : files) {
            Kind kind = kindOf(file.getFileName().toString().replaceFirst("\\.sql$", ""));
            Path folder = file.getParent();
            Path other = folder == null ? file : folder.resolveSibling(folder.getFileName() + POSTGRES_FOLDER).resolve(file.getFileName());
            apart.computeIfAbsent(kind, absent -> new ArrayList<>())
                    .add(kind == Kind.postgres && Files.isRegularFile(other) ? other : file);
        }
        return apart;
    }

    /** @throws CaseFaultsException when a statement of the files fails */
    Set<String> make(List<Path> files) {
        Set<String> made = new TreeSet<>();
        List<String> faults = new ArrayList<>();
        apart(files).forEach((kind, some) -> {
            try {
                made.addAll(of(kind).make(some));
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
        apart(files).forEach((kind, some) -> session.parts.put(kind, of(kind).begin(some)));
        return session;
    }

    /** What one case does to the sources. */
    final class Session implements AutoCloseable {

        private final Map<Kind, SourceDatabases.Session> parts = new EnumMap<>(Kind.class);

        void at(Instant time) {
            parts.values().forEach(part -> part.at(time));
        }

        /** @throws SqlFailure when the server refuses it, or it is for two */
        List<RowChange> execute(SqlStatement sql) {
            return parts.get(kindOf(sql)).execute(sql);
        }

        private Kind kindOf(SqlStatement sql) {
            if (parts.size() == 1) {
                return parts.keySet().iterator().next();
            }
            Map<Kind, Set<String>> named = new EnumMap<>(Kind.class);
            Matcher names = DATABASE.matcher(sql.text());
            while (names.find()) {
                String name = names.group(1) != null ? names.group(1) : names.group(2) != null ? names.group(2) : names.group(3);
                if (name != null && kinds.containsKey(name)) {
                    named.computeIfAbsent(kinds.get(name), absent -> new TreeSet<>()).add(name);
                }
            }
            if (named.size() > 1) {
                throw new SqlFailure(sql,
                        "it names " + named.get(Kind.mysql) + ", which the settings have in MySQL, and " + named.get(Kind.postgres)
                                + ", which they have in PostgreSQL; expected a statement for each",
                        null);
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
