package io.bactrian.engines;

import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A source, as the settings describe it.
 *
 * @param databases to capture; what an engine calls so
 * @param own the engine's own settings, by the ends of their keys
 */
public record SourceSettings(String name, String host, int port, String user, String password, List<String> databases,
        Map<String, String> own) {

    /** @return the value of a setting that only this source's engine has; empty if nobody gives it */
    public String own(String setting) {
        return own.getOrDefault(setting, "");
    }

    /** The beginning of its settings' keys. */
    public String settings() {
        return "bactrian.source." + name;
    }

    /** The beginning of its variables in the environment. */
    public String variable() {
        return settings().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    public String where() {
        return host + ":" + port;
    }

    public String account() {
        return "'" + user + "'@'%'";
    }

    public boolean isAt(String otherHost, int otherPort) {
        return host.equalsIgnoreCase(otherHost) && port == otherPort;
    }
}
