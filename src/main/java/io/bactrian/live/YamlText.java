package io.bactrian.live;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.common.ScalarStyle;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/** A YAML file's texts, each with its location: Camel's messages seldom contain it. */
final class YamlText {

    /**
     * A key or a value.
     *
     * @param key of a value, its key; of a key, null
     * @param route id of the route that it is part of; empty when there is none
     * @param plain whether the text is written as it is, so that a character of it has a column of its own
     */
    record Scalar(Path file, int line, int column, String text, String key, String route, boolean plain) {
        boolean isKey() {
            return key == null;
        }

        String location() {
            return file + ":" + line + ":" + column + ": ";
        }

        /** Of a part of the text. */
        String locationOf(String part) {
            int at = plain ? text.indexOf(part) : -1;
            return file + ":" + line + ":" + (column + Math.max(0, at)) + ": ";
        }
    }

    private final Path file;
    private final List<Scalar> scalars = new ArrayList<>();
    private Node root;
    private String fault = "";

    private YamlText(Path file) {
        this.file = file;
    }

    static YamlText of(Path file, String text) {
        YamlText yaml = new YamlText(file);
        try {
            yaml.root = new Compose(LoadSettings.builder().setLabel(file.toString()).build()).composeString(text).orElse(null);
            if (yaml.root != null) {
                yaml.collect(yaml.root, "", "");
            }
        } catch (MarkedYamlEngineException e) {
            yaml.fault = location(file, e.getProblemMark()) + "this is no YAML: " + problem(e);
        } catch (YamlEngineException e) {
            yaml.fault = file + ":1:1: this is no YAML: " + e.getMessage();
        }
        return yaml;
    }

    private static String problem(MarkedYamlEngineException e) {
        String context = e.getContext() == null || e.getContext().isBlank()
                ? ""
                : ", " + e.getContext() + e.getContextMark()
                        .map(mark -> " that begins in line " + (mark.getLine() + 1)).orElse("");
        return (e.getProblem() + context).replaceAll("\\s*\\R\\s*", " ");
    }

    static String location(Path file, Optional<Mark> mark) {
        return mark.map(m -> file + ":" + (m.getLine() + 1) + ":" + (m.getColumn() + 1) + ": ").orElse(file + ":1:1: ");
    }

    /** Why this is no YAML; empty if it is. */
    String fault() {
        return fault;
    }

    /** Null for a file that is empty but for comments. */
    Node root() {
        return root;
    }

    String locationOf(Node node) {
        return location(file, node.getStartMark());
    }

    List<Scalar> scalars() {
        return scalars;
    }

    private void collect(Node node, String key, String route) {
        if (node instanceof SequenceNode sequence) {
            sequence.getValue().forEach(item -> collect(item, key, route));
        } else if (node instanceof MappingNode mapping) {
            String own = idOf(mapping, key, route);
            for (NodeTuple entry : mapping.getValue()) {
                add(entry.getKeyNode(), null, own);
                collect(entry.getValueNode(), entry.getKeyNode() instanceof ScalarNode name ? name.getValue() : "", own);
            }
        } else {
            add(node, key, route);
        }
    }

    private static String idOf(MappingNode mapping, String key, String route) {
        if (key.equals("route") || key.equals("from")) {
            for (NodeTuple entry : mapping.getValue()) {
                if (entry.getKeyNode() instanceof ScalarNode name && name.getValue().equals("id")
                        && entry.getValueNode() instanceof ScalarNode id) {
                    return id.getValue();
                }
            }
        }
        return route;
    }

    private void add(Node node, String key, String route) {
        if (node instanceof ScalarNode scalar && scalar.getStartMark().isPresent()) {
            Mark mark = scalar.getStartMark().get();
            ScalarStyle style = scalar.getScalarStyle();
            boolean block = style == ScalarStyle.LITERAL || style == ScalarStyle.FOLDED;
            scalars.add(new Scalar(file, mark.getLine() + 1, mark.getColumn() + 1 + (style == ScalarStyle.PLAIN || block ? 0 : 1),
                    scalar.getValue(), key, route, !block));
        }
    }
}
