package io.bactrian.engines;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server and the database that a warehouse's URL leads to.
 *
 * @param schema where tables are made, if the engine has schemas in its databases; else empty
 */
public record WarehouseLocation(String host, int port, String database, String schema) {

    private static final Pattern JDBC = Pattern
            .compile("jdbc:([a-z]+)://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/([^/?#\\s]+)(\\?\\S*)?");
    private static final Pattern SCHEMA = Pattern.compile("[?&]currentSchema=([^&,]+)");
    private static final Pattern PASSWORD = Pattern.compile("(?i).*[?&](password|user)=.*|[^?]*//[^/?]*@.*");

    /**
     * Reads {@code jdbc:<protocol>://host[:port]/database[?parameters]}.
     *
     * @param schema the one that counts if the parameters name none
     */
    public static Optional<WarehouseLocation> ofJdbc(String protocol, int standardPort, String schema, String url) {
        Matcher matcher = JDBC.matcher(url);
        if (!matcher.matches() || !matcher.group(1).equals(protocol)) {
            return Optional.empty();
        }
        int port = matcher.group(3) == null ? standardPort : Integer.parseInt(matcher.group(3));
        Matcher named = SCHEMA.matcher(matcher.group(5) == null ? "" : matcher.group(5));
        return port < 1 || port > 65_535
                ? Optional.empty()
                : Optional.of(new WarehouseLocation(matcher.group(2), port, matcher.group(4), named.find() ? named.group(1) : schema));
    }

    /** Whether a URL holds what belongs into settings of their own. */
    public static boolean holdsPassword(String url) {
        return PASSWORD.matcher(url).matches();
    }

    /** Without its parameters, for messages. */
    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }
}
