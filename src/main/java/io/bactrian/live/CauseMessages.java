package io.bactrian.live;

import io.bactrian.settings.ConfigurationException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;

/**
 * Makes one message of an exception and its causes: each sentence once, without stack traces and without Camel's
 * wrapping.
 */
public final class CauseMessages {

    private CauseMessages() {
    }

    public static ConfigurationException explain(Exception failure) {
        Set<String> said = new LinkedHashSet<>();
        Set<String> wrappings = new HashSet<>();
        String where = "";
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException configuration) {
                return configuration;
            }
            if (cause instanceof FailedToCreateRouteException route) {
                where = where(route.getRouteId(), route.getLocation());
            } else if (cause instanceof FailedToStartRouteException route) {
                where = where(route.getRouteId(), route.getLocation());
            } else if (cause.getMessage() != null) {
                said.add(cause.getMessage().strip());
                if (cause.getClass().getName().startsWith("org.apache.camel.")) {
                    wrappings.add(cause.getMessage().strip());
                }
            }
        }
        List<String> own = new ArrayList<>();
        for (String message : said) {
            // Camel repeats the cause's message in its own; the shorter one says it. Where others repeat it, they add
            // what they did, and where.
            if (said.stream().noneMatch(other -> !other.equals(message)
                    && (wrappings.contains(message) ? message.contains(other) : !wrappings.contains(other) && other.contains(message)))) {
                own.add(where + message);
            }
        }
        if (own.isEmpty() && !where.isEmpty()) {
            own.add(where + failure.getMessage());
        }
        ConfigurationException explained = new ConfigurationException(own.isEmpty() ? List.of(failure.toString()) : own);
        explained.initCause(failure);
        return explained;
    }

    /** Camel's location is {@code file:routes/bookstore/orders.camel.yaml:1}. */
    private static String where(String route, String location) {
        return (location == null ? "" : location.replaceFirst("^file:", "") + ": ") + "route " + route + ": ";
    }
}
