package io.bactrian.cases;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Where case files are: {@code routes/<pipeline>/cases/*.yaml}. */
final class CaseFolders {

    private static final String CASES = "cases";
    /** Its routes read the sources' logs; they have no rows to test. */
    private static final String CAPTURE = "capture";

    private final Map<Path, Pipeline> pipelines = new LinkedHashMap<>();
    private final List<String> faults = new ArrayList<>();

    /** @param whole all of its case files are to run, and not only some that were named */
    record Pipeline(Path folder, TreeSet<Path> files, boolean whole) {
        String name() {
            return folder.getFileName().toString();
        }

        Path routes() {
            return folder.getParent() == null ? Path.of("") : folder.getParent();
        }
    }

    /** @throws CaseFaultsException when a path leads to no cases and no routes */
    static List<Pipeline> of(List<Path> paths) {
        CaseFolders folders = new CaseFolders();
        paths.forEach(path -> folders.take(path.normalize()));
        if (!folders.faults.isEmpty()) {
            throw new CaseFaultsException(folders.faults);
        }
        return List.copyOf(folders.pipelines.values());
    }

    private void take(Path path) {
        if (Files.isRegularFile(path)) {
            Path cases = path.getParent();
            if (cases == null || !cases.endsWith(CASES) || cases.getParent() == null || !isCaseFile(path)) {
                faults.add(path + " is no case file; expected routes/<pipeline>/cases/<name>.yaml");
            } else {
                pipelines.computeIfAbsent(cases.getParent(), folder -> new Pipeline(folder, new TreeSet<>(), false)).files().add(path);
            }
        } else if (!Files.isDirectory(path)) {
            faults.add("there is no " + path + " (" + path.toAbsolutePath()
                    + "); expected a folder of routes, a pipeline's folder in it, or a case file");
        } else if (path.endsWith(CASES) && path.getParent() != null) {
            whole(path.getParent());
        } else {
            // First what is in it: a folder of routes may have a file for all pipelines beside them.
            List<Path> inside = children(path).filter(folder -> isPipeline(folder) && !folder.endsWith(CAPTURE) && !folder.endsWith(CASES))
                    .toList();
            if (inside.isEmpty() && isPipeline(path)) {
                whole(path);
            } else if (inside.isEmpty()) {
                faults.add(path
                        + " holds no pipeline; expected a folder with *.camel.yaml files for each, and their cases in "
                        + "<pipeline>/cases/*.yaml");
            }
            inside.forEach(this::whole);
        }
    }

    private void whole(Path folder) {
        Path cases = folder.resolve(CASES);
        pipelines.put(folder, new Pipeline(folder, Files.isDirectory(cases)
                ? new TreeSet<>(children(cases).filter(CaseFolders::isCaseFile).toList())
                : new TreeSet<>(), true));
    }

    private static boolean isPipeline(Path folder) {
        return Files.isDirectory(folder)
                && (Files.isDirectory(folder.resolve(CASES)) || children(folder).anyMatch(file -> file.toString().endsWith(".camel.yaml")));
    }

    private static boolean isCaseFile(Path path) {
        return path.toString().endsWith(".yaml") || path.toString().endsWith(".yml");
    }

    private static Stream<Path> children(Path folder) {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.sorted().toList().stream();
        } catch (IOException e) {
            throw new UncheckedIOException("cannot list " + folder + ": " + e, e);
        }
    }
}
