package io.bactrian.settings;

import io.bactrian.engines.DatabaseNames;
import io.bactrian.engines.Engines;
import io.bactrian.engines.WarehouseLocation;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** What a value of each type must look like, before anybody uses it. */
public final class SettingValues {

    private static final Pattern HOST = Pattern.compile("\\[[0-9a-fA-F:.]+]|[A-Za-z0-9]([A-Za-z0-9._-]*)");
    private static final Pattern BROKER = Pattern.compile("(" + HOST.pattern() + "):(\\d{1,5})");
    private static final int MIN_KEY = 16;

    private SettingValues() {
    }

    public static String fault(SettingType type, String value) {
        return switch (type) {
            case TEXT, FOLDER -> null;
            case NUMBER -> value.matches("[1-9]\\d{0,8}") ? null : is(value, "a number from 1 on");
            case SERVER_PORT -> number(value, 65_535, "");
            case PORT -> value.matches("\\d{1,5}") && Integer.parseInt(value) <= 65_535
                    ? null
                    : is(value, "a port from 1 to 65535, or 0 for any free one");
            case PARTITIONS -> number(value, 1_000, "");
            case COPIES -> number(value, 100, ", and no more than there are brokers");
            case CONSUMERS -> number(value, 100, ", and no more than a topic has partitions");
            case BATCH -> number(value, 100_000, ", since a batch is held in memory");
            case DATE -> isDate(value) ? null : is(value, "a day such as 2015-01-01");
            case HOST ->
                HOST.matcher(value).matches() ? null : is(value, "the name or address of a host alone; its port is a setting of its own");
            case BROKERS -> brokers(value);
            case DATABASES -> DatabaseNames.fault(value).orElse(null);
            case SOURCE_KIND -> Engines.source(value).isPresent() ? null : is(value, Engines.names(Engines.sources()));
            case URL -> url(value);
            case KEY -> value.length() >= MIN_KEY
                    ? null
                    : "has " + value.length() + " characters; expected at least " + MIN_KEY
                            + ", since a short key lets masked values be guessed";
        };
    }

    private static String is(String value, String expected) {
        return "is '" + value + "'; expected " + expected;
    }

    private static String number(String value, int most, String reason) {
        return value.matches("[1-9]\\d{0,8}") && Integer.parseInt(value) <= most ? null : is(value, "a number from 1 to " + most + reason);
    }

    private static boolean isDate(String value) {
        try {
            LocalDate.parse(value);
            return true;
        } catch (DateTimeParseException e) {
            return false;
        }
    }

    private static String brokers(String value) {
        for (String broker : value.split(",", -1)) {
            var matcher = BROKER.matcher(broker.strip());
            if (!matcher.matches() || Integer.parseInt(matcher.group(3)) > 65_535 || Integer.parseInt(matcher.group(3)) == 0) {
                return is(value, "brokers as host:port, separated by commas, such as kafka-1:9092,kafka-2:9092")
                        + (value.contains(",") ? "; '" + broker.strip() + "' is none" : "");
            }
        }
        return null;
    }

    private static String url(String value) {
        if (WarehouseLocation.holdsPassword(value)) {
            return "holds a password or a user; expected them in the settings beside it, .user and .password";
        }
        return Engines.warehouse(value).isPresent()
                ? null
                : is(value.replaceFirst("\\?.*", ""),
                        "a URL such as "
                                + Engines.warehouses().stream().map(engine -> engine.warehouse().orElseThrow().exampleUrl())
                                        .collect(Collectors.joining(" or "))
                                + ", with the database at its end");
    }
}
