package io.bactrian.live;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * The texts of all files of routes and kamelets, read at one moment: two of them show what was edited between.
 *
 * @param there whether the folder of routes exists
 * @param texts by path; kamelets among them
 */
record RouteFiles(Path folder, boolean there, SortedMap<Path, String> texts) {

    static final String ROUTES = ".camel.yaml";
    static final String KAMELETS = ".kamelet.yaml";
    private static final String CAPTURE = "capture";

    static RouteFiles read(Path folder) {
        SortedMap<Path, String> texts = new TreeMap<>();
        boolean there = Files.isDirectory(folder);
        if (there) {
            for (Path entry : list(folder)) {
                if (Files.isDirectory(entry)) {
                    boolean kamelets = entry.getFileName().toString().equals("kamelets");
                    list(entry).forEach(file -> read(file, kamelets ? KAMELETS : ROUTES, texts));
                } else {
                    read(entry, ROUTES, texts);
                }
            }
        }
        return new RouteFiles(folder, there, texts);
    }

    private static List<Path> list(Path folder) {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        } catch (NoSuchFileException e) {
            // It went between two looks; the next one sees it gone.
            return List.of();
        } catch (IOException e) {
            throw new UncheckedIOException("the folder " + folder + " cannot be read", e);
        }
    }

    private static void read(Path file, String ending, SortedMap<Path, String> texts) {
        String name = file.getFileName().toString();
        // Editors keep their copies under names that begin with a dot or a hash.
        if (!name.endsWith(ending) || name.startsWith(".") || name.startsWith("#") || !Files.isRegularFile(file)) {
            return;
        }
        try {
            texts.put(file, new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
        } catch (NoSuchFileException e) {
            // As above.
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(file + " cannot be read", e);
        }
    }

    /** For all pipelines: a file that is in no pipeline's folder. */
    boolean isShared(Path file) {
        return file.getParent().equals(folder);
    }

    boolean isCapture(Path file) {
        return file.getParent().equals(folder.resolve(CAPTURE));
    }

    boolean isKamelet(Path file) {
        return file.toString().endsWith(KAMELETS);
    }

    /** Files of row routes and what is shared by them, without kamelets. */
    List<Path> rows() {
        return those(file -> !isCapture(file) && !isKamelet(file));
    }

    List<Path> captures() {
        return those(this::isCapture);
    }

    List<Path> kamelets() {
        return those(this::isKamelet);
    }

    private List<Path> those(Predicate<Path> wanted) {
        return texts.keySet().stream().filter(wanted).toList();
    }

    /** Files that are not the same in the other, be they new, gone or edited. */
    List<Path> changedSince(RouteFiles other) {
        List<Path> changed = new ArrayList<>();
        TreeMap<Path, String> all = new TreeMap<>(other.texts);
        all.putAll(texts);
        all.keySet().forEach(file -> {
            String before = other.texts.get(file);
            if (before == null || !before.equals(texts.get(file))) {
                changed.add(file);
            }
        });
        return changed;
    }
}
