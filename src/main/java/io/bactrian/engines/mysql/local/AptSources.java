package io.bactrian.engines.mysql.local;

import io.bactrian.servers.FileTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Where this machine's own packages come from, and so where MySQL's may come from too. */
record AptSources(String distribution, String codename, List<AptSource> sources) {

    /** Debian's stable suites have no MySQL; this one has. */
    private static final String DEBIAN_SUITE = "sid";

    static AptSources of(Path etc) throws IOException {
        Map<String, String> release = release(etc.resolve("os-release"));
        List<AptSource> sources = new ArrayList<>();
        Path list = etc.resolve("apt/sources.list");
        if (Files.exists(list)) {
            sources.addAll(AptSource.inOneLineForm(Files.readString(list)));
        }
        for (Path file : FileTree.children(etc.resolve("apt/sources.list.d"))) {
            if (file.toString().endsWith(".list")) {
                sources.addAll(AptSource.inOneLineForm(Files.readString(file)));
            } else if (file.toString().endsWith(".sources")) {
                sources.addAll(AptSource.inDeb822(Files.readString(file)));
            }
        }
        return new AptSources(release.getOrDefault("ID", ""), release.getOrDefault("VERSION_CODENAME", ""), sources);
    }

    /** Sets of sources to try, best first; each comes with what to call it. */
    Map<String, List<AptSource>> worthTrying() {
        Map<String, List<AptSource>> sets = new LinkedHashMap<>();
        if (distribution.equals("debian")) {
            for (AptSource source : archives()) {
                String uri = source.uris().get(0);
                sets.put("Debian " + DEBIAN_SUITE + " at " + uri,
                        List.of(source.of(uri, DEBIAN_SUITE, "main")));
            }
        } else if (!sources.isEmpty()) {
            sets.put("this system's own suites", sources);
        }
        return sets;
    }

    /** Entries that look like the distribution's own archive; many a third party uses its codename too. */
    private List<AptSource> archives() {
        return sources.stream()
                .filter(source -> !source.uris().isEmpty() && source.components().contains("main"))
                .filter(source -> source.suites().stream().anyMatch(this::isMainSuite))
                .sorted(Comparator.comparing(source -> !lastSegment(source.uris().get(0)).startsWith(distribution)))
                .limit(3)
                .toList();
    }

    private boolean isMainSuite(String suite) {
        return suite.equals(codename) || List.of("stable", "testing", "unstable", DEBIAN_SUITE).contains(suite);
    }

    private static String lastSegment(String uri) {
        String path = uri.replaceFirst("/+$", "");
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Map<String, String> release(Path file) throws IOException {
        Map<String, String> release = new LinkedHashMap<>();
        if (Files.exists(file)) {
            for (String line : Files.readAllLines(file)) {
                int equals = line.indexOf('=');
                if (equals > 0) {
                    release.put(line.substring(0, equals), line.substring(equals + 1).replace("\"", ""));
                }
            }
        }
        return release;
    }
}
