package io.bactrian.main;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code mysql://user@host:port/database}, as the command line takes it. */
record ServerAddress(String user, String host, int port, List<String> databases) {

    private static final Pattern FORM = Pattern.compile("mysql://([^:@/\\s]+)@(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/(\\S+)");
    private static final Pattern PASSWORD = Pattern.compile("[^/]*//[^@/]*:.*@.*");
    private static final int STANDARD_PORT = 3306;

    static ServerAddress parse(String option, String text) {
        if (PASSWORD.matcher(text).matches()) {
            throw new ConfigurationException(List.of(option + " holds a password, which everybody on this machine can see; expected mysql://user@host:port/database without one. "
                    + "The password comes from the environment, or is asked for"));
        }
        Matcher matcher = FORM.matcher(text);
        String wrong = !matcher.matches() ? "" : SettingValues.fault(Setting.Kind.DATABASES, matcher.group(4));
        int port = wrong == null && matcher.group(3) != null ? Integer.parseInt(matcher.group(3)) : STANDARD_PORT;
        if (wrong != null || port < 1 || port > 65_535) {
            throw new ConfigurationException(List.of(option + " is '" + text + "'; expected such as mysql://bactrian@db.example.org:3306/store"));
        }
        return new ServerAddress(matcher.group(1), matcher.group(2), port, SettingValues.names(matcher.group(4)));
    }
}
