package io.bactrian.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What runs. The row routes are there in any case.
 *
 * @param captures whether the sources are captured
 * @param pipelines those that are pumped; null when all are
 */
public record Stages(boolean captures, Set<String> pipelines) {

    public static final Stages ALL = new Stages(true, null);
    /** Without capture and pumps: to replay dead letters and to verify. */
    public static final Stages ROUTES_ONLY = new Stages(false, Set.of());

    /** @param parts {@code capture}, {@code pipelines} for all of them, or names of pipelines */
    public static Stages only(Collection<String> parts) {
        Set<String> named = new TreeSet<>(parts);
        boolean captures = named.remove("capture");
        return new Stages(captures, named.remove("pipelines") ? null : named);
    }

    public boolean pumps(String pipeline) {
        return pipelines == null || pipelines.contains(pipeline);
    }

    public boolean runs() {
        return captures || pipelines == null || !pipelines.isEmpty();
    }

    /** What runs of it, in words. */
    public String of(Set<String> sources, Set<String> allPipelines) {
        Set<String> pumped = new TreeSet<>(allPipelines);
        pumped.removeIf(pipeline -> !pumps(pipeline));
        String capture = "capture of " + new TreeSet<>(sources);
        return captures
                ? pipelines != null && pipelines.isEmpty() ? capture : capture + ", pipelines " + pumped
                : "pipelines " + pumped;
    }

    public void checkNames(Set<String> known) {
        List<String> faults = new ArrayList<>();
        if (pipelines != null) {
            Set<String> names = new TreeSet<>(known);
            names.addAll(List.of("capture", "pipelines"));
            pipelines.stream().filter(name -> !known.contains(name)).forEach(name -> {
                String guess = Nearest.guess(name, names);
                faults.add("--only names '" + name + "', which is no part of this Bactrian"
                        + (guess.equals(".")
                                ? "; expected capture, pipelines, or some of the pipelines " + new TreeSet<>(known)
                                : guess));
            });
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    public boolean uses(String warehouse, Settings settings) {
        return pipelines == null
                || pipelines.stream().anyMatch(one -> settings.text("bactrian.pipeline." + one + ".warehouse").equals(warehouse));
    }
}
