package io.bactrian.init;

import io.bactrian.engines.Engine;
import io.bactrian.engines.Engines;
import io.bactrian.engines.ServerAddress;
import io.bactrian.settings.ConfigurationException;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** {@code mysql://user@host:port/database}, as an option of the command line has it. */
final class AddressOption {

    private static final Pattern FORM = Pattern
            .compile("([a-z]+)://([^:@/\\s]+)@(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+)(?::(\\d{1,5}))?/(\\S+)");
    private static final Pattern PASSWORD = Pattern.compile("[^/]*//[^@/]*:.*@.*");

    private AddressOption() {
    }

    static ServerAddress source(String option, String text) {
        return parse(option, text, Engines.sources());
    }

    static ServerAddress warehouse(String option, String text) {
        return parse(option, text, Engines.warehouses());
    }

    /** @param engines those that can be meant */
    private static ServerAddress parse(String option, String text, List<Engine> engines) {
        if (PASSWORD.matcher(text).matches()) {
            throw new ConfigurationException(List.of(option + " holds a password, which everybody on this machine can see; expected "
                    + "mysql://user@host:port/database without one. The password comes from the environment, or is asked for"));
        }
        Matcher matcher = FORM.matcher(text);
        Optional<Engine> engine = engines.stream()
                .filter(one -> one.addresses().schemes().stream().anyMatch(scheme -> text.startsWith(scheme + "://"))).findFirst();
        if (engine.isPresent() && matcher.matches()) {
            int port = matcher.group(4) == null ? engine.get().addresses().standardPort() : Integer.parseInt(matcher.group(4));
            ServerAddress address = engine.get().addresses().address(matcher.group(2), matcher.group(3), port, matcher.group(5));
            if (address != null && port >= 1 && port <= 65_535) {
                return address;
            }
        }
        throw new ConfigurationException(List.of(option + " is '" + text + "'; expected such as "
                + engine.map(one -> one.addresses().example())
                        .orElse(engines.stream().map(one -> one.addresses().example()).collect(Collectors.joining(" or ")))));
    }
}
