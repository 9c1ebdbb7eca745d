package io.bactrian.settings;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The server and the database that a JDBC URL names.
 *
 * @param schema of PostgreSQL, where tables are made; public, unless the URL says otherwise
 */
public record WarehouseUrl(String host, int port, String database, String schema) {

    private static final Pattern SIMPLE = Pattern
            .compile("jdbc:(mysql|postgresql)://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/([^/?#\\s]+)(\\?\\S*)?");
    private static final Pattern PASSWORD = Pattern.compile("(?i).*[?&](password|user)=.*|[^?]*//[^/?]*@.*");
    private static final Pattern SCHEMA = Pattern.compile("[?&]currentSchema=([^&,]+)");
    private static final Map<String, Integer> STANDARD_PORTS = Map.of("mysql", 3306, "postgresql", 5432);

    /** @return null for what is no such URL */
    public static WarehouseUrl parse(String url) {
        Matcher matcher = SIMPLE.matcher(url);
        if (!matcher.matches()) {
            return null;
        }
        int port = matcher.group(3) == null ? STANDARD_PORTS.get(matcher.group(1)) : Integer.parseInt(matcher.group(3));
        return port < 1 || port > 65_535 ? null : new WarehouseUrl(matcher.group(2), port, matcher.group(4), schema(matcher.group(5)));
    }

    private static String schema(String parameters) {
        Matcher matcher = SCHEMA.matcher(parameters == null ? "" : parameters);
        return matcher.find() ? matcher.group(1) : "public";
    }

    static boolean holdsPassword(String url) {
        return PASSWORD.matcher(url).matches();
    }

    /** Without its parameters, for messages. */
    @Override
    public String toString() {
        return host + ":" + port + "/" + database;
    }
}
