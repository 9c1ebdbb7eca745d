package io.bactrian.init;

import io.bactrian.engines.Proposals;
import io.bactrian.settings.ConfigurationException;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * {@code mysql://user@host:port/database}, as the command line takes it.
 *
 * @param database where a session begins
 * @param databases of PostgreSQL, schemas of the database
 */
public record ServerAddress(Proposals kind, String user, String host, int port, String database, List<String> databases) {

    private static final Pattern FORM = Pattern
            .compile("([a-z]+)://([^:@/\\s]+)@(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/(\\S+)");
    private static final Pattern PASSWORD = Pattern.compile("[^/]*//[^@/]*:.*@.*");

    static ServerAddress parse(String option, String text) {
        if (PASSWORD.matcher(text).matches()) {
            throw new ConfigurationException(List.of(option
                    + " holds a password, which everybody on this machine can see; expected mysql://user@host:port/database without one. "
                    + "The password comes from the environment, or is asked for"));
        }
        Matcher matcher = FORM.matcher(text);
        Proposals kind = Proposals.ALL.stream()
                .filter(one -> one.schemes().stream().anyMatch(scheme -> text.startsWith(scheme + "://"))).findFirst().orElse(null);
        if (kind != null && matcher.matches()) {
            int port = matcher.group(4) == null ? kind.standardPort() : Integer.parseInt(matcher.group(4));
            ServerAddress address = kind.address(matcher.group(2), matcher.group(3), port, matcher.group(5));
            if (address != null && port >= 1 && port <= 65_535) {
                return address;
            }
        }
        throw new ConfigurationException(List.of(option + " is '" + text + "'; expected such as "
                + (kind == null
                        ? Proposals.ALL.stream().map(Proposals::example).collect(Collectors.joining(" or "))
                        : kind.example())));
    }

    public boolean isServerOf(ServerAddress other) {
        return kind == other.kind && host.equalsIgnoreCase(other.host) && port == other.port;
    }
}
