package io.bactrian.engines.sql.models;

import io.bactrian.domain.Model;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The folder that holds a file {@code <name>.sql} for each model. */
public final class ModelFolder {

    private static final String ENDING = ".sql";

    private final Path folder;
    /** Null for all. */
    private final Set<String> wanted;

    public ModelFolder(Path folder) {
        this(folder, null);
    }

    private ModelFolder(Path folder, Set<String> wanted) {
        this.folder = folder;
        this.wanted = wanted;
    }

    /** Of these models, and those that they read, alone. */
    public ModelFolder only(Set<String> names) {
        List<Model> all = read().models();
        Set<String> closure = new HashSet<>(names);
        // The models are in order, each after those that it reads.
        for (int i = all.size() - 1; i >= 0; i--) {
            if (closure.contains(all.get(i).name())) {
                all.get(i).inputs().forEach(input -> closure.add(input.table()));
            }
        }
        return new ModelFolder(folder, closure);
    }

    /**
     * @param models those without a fault
     * @param names of all files, faulty ones among them: a model whose file is wrong is not one whose file is gone
     * @param faults each with file and line
     * @param there whether there is such a folder: one that is gone says nothing about its files
     */
    public record Contents(List<Model> models, Set<String> names, List<String> faults, boolean there) {
    }

    public Contents read() {
        List<String> faults = new ArrayList<>();
        List<Model> models = new ArrayList<>();
        Set<String> names = new HashSet<>();
        boolean there = Files.isDirectory(folder);
        if (!there) {
            faults.add("the models' folder " + folder + " is not there; the models stay as they are");
        }
        for (Map.Entry<String, Path> file : files().entrySet()) {
            names.add(file.getKey());
            try {
                Model.Parsed parsed = Model.parse(file.getKey(), file.getValue().toString(), Files.readString(file.getValue()));
                faults.addAll(parsed.faults());
                if (parsed.model() != null) {
                    models.add(parsed.model());
                }
            } catch (CharacterCodingException e) {
                faults.add(file.getValue() + ":1: is not UTF-8");
            } catch (IOException e) {
                faults.add(file.getValue() + ":1: cannot be read: " + e);
            }
        }
        return new Contents(Model.inOrder(models, faults), names, faults, there);
    }

    /** Changes when a file does. */
    Object fingerprint() {
        List<Object> all = new ArrayList<>(List.of(Files.isDirectory(folder)));
        for (Path file : files().values()) {
            try {
                all.add(file);
                all.add(Files.getLastModifiedTime(file));
                all.add(Files.size(file));
            } catch (IOException e) {
                // It went between the listing and the look at it: that is a change too.
                all.add(e.toString());
            }
        }
        return all;
    }

    private Map<String, Path> files() {
        Map<String, Path> files = new TreeMap<>();
        if (!Files.isDirectory(folder)) {
            return files;
        }
        try (Stream<Path> all = Files.list(folder)) {
            all.filter(Files::isRegularFile).forEach(file -> {
                String name = file.getFileName().toString();
                if (name.endsWith(ENDING) && !name.startsWith(".")
                        && (wanted == null || wanted.contains(name.substring(0, name.length() - ENDING.length())))) {
                    files.put(name.substring(0, name.length() - ENDING.length()), file);
                }
            });
        } catch (IOException e) {
            throw new java.io.UncheckedIOException("the models' folder " + folder + " cannot be read", e);
        }
        return files;
    }

    @Override
    public String toString() {
        return folder.toString();
    }
}
