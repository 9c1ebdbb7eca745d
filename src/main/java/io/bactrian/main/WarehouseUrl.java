package io.bactrian.main;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The server and the database that a JDBC URL names. */
record WarehouseUrl(String host, int port, String database) {

    private static final Pattern SIMPLE = Pattern.compile("jdbc:mysql://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/([^/?#\\s]+)(\\?\\S*)?");
    private static final Pattern PASSWORD = Pattern.compile("(?i).*[?&](password|user)=.*|[^?]*//[^/?]*@.*");
    private static final int STANDARD_PORT = 3306;

    /** @return null for what is no such URL */
    static WarehouseUrl parse(String url) {
        Matcher matcher = SIMPLE.matcher(url);
        if (!matcher.matches()) {
            return null;
        }
        int port = matcher.group(2) == null ? STANDARD_PORT : Integer.parseInt(matcher.group(2));
        return port < 1 || port > 65_535 ? null : new WarehouseUrl(matcher.group(1), port, matcher.group(3));
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
