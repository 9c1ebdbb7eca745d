package io.bactrian.engines.mysql.local;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * One place that apt takes packages from.
 *
 * @param options what else the entry says, above all Signed-By, under the names of the deb822 form
 */
record AptSource(List<String> uris, List<String> suites, List<String> components, Map<String, String> options) {

    private static final Pattern ONE_LINE = Pattern.compile("deb\\s+(?:\\[([^]]*)]\\s+)?(\\S+)\\s+(\\S+)\\s*(.*)");
    private static final Map<String, String> LONG_NAMES = Map.of("arch", "Architectures", "lang", "Languages",
            "target", "Targets");

    /** A .sources file: paragraphs of fields, lines that begin with a blank continue a field. */
    static List<AptSource> inDeb822(String text) {
        List<AptSource> sources = new ArrayList<>();
        for (String paragraph : withoutComments(text).split("\n\\s*\n")) {
            Map<String, String> fields = fields(paragraph);
            if (words(fields.get("Types")).contains("deb") && !isOff(fields.get("Enabled"))) {
                Map<String, String> options = new LinkedHashMap<>(fields);
                options.keySet().removeAll(List.of("Types", "URIs", "Suites", "Components", "Enabled"));
                sources.add(new AptSource(words(fields.get("URIs")), words(fields.get("Suites")),
                        words(fields.get("Components")), options));
            }
        }
        return sources;
    }

    /** A .list file: {@code deb [options] uri suite components}. */
    static List<AptSource> inOneLineForm(String text) {
        return withoutComments(text).lines()
                .map(line -> ONE_LINE.matcher(line.replaceFirst("\\s#.*", "").strip()))
                .filter(Matcher::matches)
                .map(entry -> new AptSource(List.of(entry.group(2)), List.of(entry.group(3)),
                        words(entry.group(4)), options(entry.group(1))))
                .toList();
    }

    /** The same place and trust, another suite of it. */
    AptSource of(String uri, String suite, String component) {
        return new AptSource(List.of(uri), List.of(suite), List.of(component), options);
    }

    String asDeb822() {
        return Stream.concat(
                Stream.of("Types: deb", "URIs: " + String.join(" ", uris), "Suites: " + String.join(" ", suites),
                        "Components: " + String.join(" ", components)),
                options.entrySet().stream().map(option -> option.getKey() + ": " + option.getValue()))
                .collect(Collectors.joining("\n", "", "\n\n"));
    }

    private static String withoutComments(String text) {
        return text.lines().filter(line -> !line.startsWith("#")).collect(Collectors.joining("\n"));
    }

    private static Map<String, String> fields(String paragraph) {
        Map<String, String> fields = new LinkedHashMap<>();
        String name = "";
        for (String line : paragraph.split("\n")) {
            if (line.startsWith(" ") || line.startsWith("\t")) {
                fields.computeIfPresent(name, (same, value) -> value + "\n" + line);
            } else if (line.indexOf(':') > 0) {
                name = canonical(line.substring(0, line.indexOf(':')));
                fields.put(name, line.substring(line.indexOf(':') + 1).strip());
            }
        }
        return fields;
    }

    /** Field names are read without regard to case. */
    private static String canonical(String field) {
        return Stream.of("Types", "URIs", "Suites", "Components", "Enabled")
                .filter(known -> known.equalsIgnoreCase(field.strip()))
                .findFirst()
                .orElse(field.strip());
    }

    private static Map<String, String> options(String brackets) {
        Map<String, String> options = new LinkedHashMap<>();
        for (String option : words(brackets)) {
            String name = option.replaceFirst("[+-]?=.*", "").toLowerCase(Locale.ROOT);
            options.put(LONG_NAMES.getOrDefault(name, capitalised(name)), option.replaceFirst("^[^=]*=", "").replace(',', ' '));
        }
        return options;
    }

    private static String capitalised(String name) {
        return Stream.of(name.split("-"))
                .map(word -> word.substring(0, 1).toUpperCase(Locale.ROOT) + word.substring(1))
                .collect(Collectors.joining("-"));
    }

    private static boolean isOff(String enabled) {
        return enabled != null && List.of("no", "false", "off", "0", "without", "disable")
                .contains(enabled.toLowerCase(Locale.ROOT));
    }

    private static List<String> words(String text) {
        return text == null || text.isBlank() ? List.of() : List.of(text.strip().split("\\s+"));
    }
}
