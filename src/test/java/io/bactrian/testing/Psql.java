package io.bactrian.testing;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashMap;
import java.util.Map;

/**
 * In the place of PostgreSQL's own client, where that is not installed: runs what {@code -c}, {@code -f} or the
 * standard input says, up to the first error.
 */
final class Psql {

    private Psql() {
    }

    /** The command that runs it, for a script. */
    static String command() {
        return Path.of(System.getProperty("java.home"), "bin", "java") + " -cp '" + System.getProperty("java.class.path") + "' "
                + Psql.class.getName();
    }

    public static void main(String[] args) throws IOException, SQLException {
        Map<String, String> options = new HashMap<>(Map.of("-d", "postgres"));
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        String sql = options.containsKey("-c")
                ? options.get("-c")
                : options.containsKey("-f")
                        ? Files.readString(Path.of(options.get("-f")))
                        : new String(System.in.readAllBytes(), StandardCharsets.UTF_8);
        String url = "jdbc:postgresql://" + options.get("-h") + ":" + options.get("-p") + "/" + options.get("-d")
                + "?preferQueryMode=simple";
        try (Connection connection = DriverManager.getConnection(url, options.get("-U"), "");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
