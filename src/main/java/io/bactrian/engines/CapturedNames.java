package io.bactrian.engines;

import java.util.Properties;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Which names a capture's lists of patterns take. */
public final class CapturedNames {

    private CapturedNames() {
    }

    /** @param list a property of the Debezium engine, such as {@code table.include.list} */
    public static boolean matches(Properties capture, String list, String name, boolean whenEmpty) {
        String patterns = capture.getProperty(list, "");
        return patterns.isEmpty()
                ? whenEmpty
                : Stream.of(patterns.split(","))
                        .anyMatch(pattern -> Pattern.compile(pattern.strip(), Pattern.CASE_INSENSITIVE).matcher(name).matches());
    }
}
