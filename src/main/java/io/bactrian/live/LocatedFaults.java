package io.bactrian.live;

import io.bactrian.live.YamlText.Scalar;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.Nearest;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.FailedToCreateRouteException;
import org.apache.camel.FailedToStartRouteException;
import org.apache.camel.NoSuchBeanException;
import org.apache.camel.NoSuchEndpointException;
import org.apache.camel.NoSuchLanguageException;
import org.apache.camel.dsl.yaml.common.exception.UnknownNodeIdException;
import org.apache.camel.dsl.yaml.common.exception.UnsupportedFieldException;
import org.apache.camel.language.simple.types.SimpleIllegalSyntaxException;
import org.apache.camel.model.ModelCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.spi.EndpointUriFactory;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;

/**
 * Makes faults of Camel's exceptions, for whoever wrote the routes: file, line and column, what was found there, and
 * what was expected.
 */
final class LocatedFaults {

    private static final Pattern UNKNOWN_PARAMETERS = Pattern
            .compile("Failed to resolve endpoint: ([^: ]+):.*Unknown parameters=\\[\\{(.*)}]", Pattern.DOTALL);
    private static final Pattern PLACEHOLDER = Pattern.compile("Property with key \\[([^]]+)] not found");
    private static final Pattern DUPLICATES = Pattern.compile("Duplicate route ids detected: ([^ ]+)\\.");
    private static final Pattern MANDATORY = Pattern
            .compile("Route template (\\S+) the following mandatory parameters must be provided: (.*)");
    private static final Pattern KAMELET = Pattern.compile("([^/\\\\]+)\\.kamelet\\.yaml");
    private static final Pattern URI = Pattern.compile("[a-z][a-z0-9+-]*:.+", Pattern.DOTALL);

    private final RouteFiles files;
    private final List<YamlText> texts;
    private final CamelContext camel;

    LocatedFaults(RouteFiles files, Collection<YamlText> texts, CamelContext camel) {
        this.files = files;
        this.texts = List.copyOf(texts);
        this.camel = camel;
    }

    List<String> of(Exception failure) {
        List<Throwable> chain = new ArrayList<>();
        for (Throwable cause = failure; cause != null && chain.size() < 50; cause = cause.getCause()) {
            if (cause instanceof ConfigurationException configuration) {
                return List.of(configuration.getMessage());
            }
            chain.add(0, cause);
        }
        String route = routeOf(chain);
        // The root cause knows best; those around it only add where they were.
        for (Throwable cause : chain) {
            String said = said(cause, route);
            if (said != null) {
                return List.of(said);
            }
        }
        return List.of(elsewhere(chain, failure, route));
    }

    private String routeOf(List<Throwable> chain) {
        for (Throwable cause : chain) {
            String id = cause instanceof FailedToCreateRouteException create
                    ? create.getRouteId()
                    : cause instanceof FailedToStartRouteException start ? start.getRouteId() : null;
            if (id != null) {
                RouteDefinition definition = ((ModelCamelContext) camel).getRouteDefinition(id);
                // A kamelet's steps are a route that nobody wrote; who used it is to be told.
                Object parent = definition == null || definition.getTemplateParameters() == null
                        ? null
                        : definition.getTemplateParameters().get("parentRouteId");
                return parent == null ? id : parent.toString();
            }
        }
        return "";
    }

    private String said(Throwable cause, String route) {
        String message = cause.getMessage() == null ? "" : cause.getMessage();
        if (cause instanceof UnsupportedFieldException unsupported) {
            String key = message.lines().findFirst().orElse("").replaceFirst("^Unsupported field: ", "");
            return keyLocation(unsupported, key) + "'" + key + "' is no key here"
                    + (YamlWords.top().contains(key)
                            ? "; it stands at the beginning of a file, as '- " + key + ":'"
                            : Nearest.guess(key, YamlWords.all()));
        }
        if (cause instanceof UnknownNodeIdException unknown) {
            String key = message.lines().findFirst().orElse("").replaceFirst("^Unknown node id: ", "");
            return keyLocation(unknown, key) + "'" + key + "' is no step that Camel has" + Nearest.guess(key, YamlWords.all());
        }
        if (cause instanceof MarkedYamlEngineException marked) {
            return keyLocation(marked, "") + message.lines().findFirst().orElse("").strip();
        }
        if (cause instanceof NoSuchEndpointException none) {
            String scheme = none.getUri().replaceFirst(":.*", "");
            Set<String> components = components();
            String guess = Nearest.guess(scheme, components);
            return location(route, s -> s.text().startsWith(scheme + ":")) + "there is no component '" + scheme + "'"
                    + (guess.equals(".") ? "; the components are " + components : guess);
        }
        if (cause instanceof NoSuchLanguageException none) {
            return location(route, s -> s.isKey() && s.text().equals(none.getLanguage())) + "there is no language '" + none.getLanguage()
                    + "' here; simple is";
        }
        if (cause instanceof NoSuchBeanException none) {
            return noBean(none.getName(), route);
        }
        if (cause instanceof SimpleIllegalSyntaxException simple) {
            String expression = simple.getExpression();
            return location(route, s -> s.text().strip().equals(expression.strip()), expression) + "the Simple expression is wrong: "
                    + message.replaceAll("\\s*\\R\\s*", " ").strip();
        }
        Matcher found = UNKNOWN_PARAMETERS.matcher(message);
        if (found.find()) {
            return unknownOption(found.group(1), found.group(2).replaceFirst("=.*", ""), route);
        }
        found = PLACEHOLDER.matcher(message);
        if (found.find()) {
            String key = found.group(1);
            return location(route, s -> s.text().contains("{{" + key), "{{" + key) + "nothing is called '" + key + "', which {{" + key
                    + "}} asks for; expected a setting, or in a kamelet one of its properties";
        }
        found = DUPLICATES.matcher(message);
        if (found.find()) {
            return duplicate(found.group(1));
        }
        found = MANDATORY.matcher(message);
        if (found.find()) {
            String kamelet = found.group(1);
            String first = found.group(2).split(",")[0].strip() + "=";
            // Camel does not say whose use of it; one whose options are keys of their own could have them there.
            Predicate<Scalar> uses = s -> isUriOf("kamelet:" + kamelet, s) && !s.text().contains(first);
            Predicate<Scalar> usesInOne = s -> uses.test(s) && !"uri".equals(s.key());
            return location(route, those(route, usesInOne).isEmpty() ? uses : usesInOne) + "kamelet " + kamelet + " needs " + found.group(2)
                    + ", which is not given";
        }
        if (cause instanceof FileNotFoundException) {
            found = KAMELET.matcher(message);
            if (found.find()) {
                return noKamelet(found.group(1), route);
            }
        }
        if (message.startsWith("OnException[") && message.endsWith("is not configured.")) {
            return location(route, s -> s.isKey() && s.text().equals("onException"))
                    + "the onException does nothing; expected redeliveryPolicy, handled or steps in it";
        }
        if (cause instanceof ClassNotFoundException) {
            return location(route, s -> s.text().equals(message)) + "there is no class " + message
                    + "; expected the full name of an exception's class, such as java.io.IOException";
        }
        if (message.contains("has no output processors")) {
            return location(route, s -> "id".equals(s.key()) && s.text().equals(route)) + "route " + route
                    + " has no steps; expected from.steps with at least one";
        }
        if (message.startsWith("uri must be specified")) {
            return location(route, s -> s.text().isEmpty() && Set.of("to", "toD", "uri").contains(String.valueOf(s.key())))
                    + "an endpoint has no uri; expected one such as warehouse:<table>";
        }
        return null;
    }

    /** Whatever else it is: the uri that the message names, or the kamelet's use, or the route. */
    private String elsewhere(List<Throwable> chain, Exception failure, String route) {
        String message = CauseMessages.explain(failure).getMessage().replaceFirst("^[^ ]*: route [^ ]+: ", "");
        for (Scalar scalar : those(route, s -> !s.isKey() && URI.matcher(s.text()).matches())) {
            String scheme = scalar.text().replaceFirst(":.*", "");
            String rest = scalar.text().substring(scheme.length() + 1).replaceFirst("^//", "").replaceFirst("\\?.*", "");
            if (message.contains(scheme + ":" + rest) || message.contains(scheme + "://" + rest)) {
                return scalar.location() + message;
            }
        }
        for (Throwable cause : chain) {
            String id = cause instanceof FailedToStartRouteException start
                    ? start.getRouteId()
                    : cause instanceof FailedToCreateRouteException create ? create.getRouteId() : null;
            RouteDefinition definition = id == null ? null : ((ModelCamelContext) camel).getRouteDefinition(id);
            if (definition != null && definition.getTemplateParameters() != null
                    && definition.getTemplateParameters().get("templateId") != null) {
                String kamelet = definition.getTemplateParameters().get("templateId").toString();
                return location(route, s -> isUriOf("kamelet:" + kamelet, s)) + "kamelet " + kamelet + ": " + message;
            }
        }
        return location(route, s -> "id".equals(s.key()) && s.text().equals(route)) + message;
    }

    private String keyLocation(MarkedYamlEngineException e, String key) {
        if (e.getProblemMark().isEmpty()) {
            return "";
        }
        String file = e.getProblemMark().get().getName().replaceFirst("^file:", "");
        int line = e.getProblemMark().get().getLine() + 1;
        // Camel marks something near the key.
        return texts.stream().flatMap(text -> text.scalars().stream())
                .filter(s -> s.isKey() && s.text().equals(key) && s.file().toString().equals(file))
                .min(Comparator.comparingInt(s -> Math.abs(s.line() - line))).map(Scalar::location)
                .orElseGet(() -> YamlText.location(Path.of(file), e.getProblemMark()));
    }

    private String noBean(String name, String route) {
        Set<String> beans = new TreeSet<>();
        camel.getRegistry().findByTypeWithName(Object.class).forEach((bean, value) -> {
            // Names with signs are Camel's own.
            if (!bean.contains(":") && !bean.contains("-")) {
                beans.add(bean);
            }
        });
        String guess = Nearest.guess(name, beans);
        return location(route, s -> !s.isKey() && (s.text().equals(name) || s.text().contains("#" + name) || isUriOf("bean:" + name, s)),
                name)
                + "there is no bean '" + name + "'"
                + (guess.equals(".") ? "; the beans are " + beans : guess);
    }

    /** Those in the jar. */
    private Set<String> shippedKamelets() {
        Set<String> names = new TreeSet<>();
        try {
            for (Resource file : PluginHelper.getPackageScanResourceResolver(camel)
                    .findResources("classpath:kamelets/*" + RouteFiles.KAMELETS)) {
                names.add(file.getLocation().replaceFirst(".*/", "").replace(RouteFiles.KAMELETS, ""));
            }
        } catch (Exception e) {
            throw new IllegalStateException("the kamelets in the jar cannot be listed", e);
        }
        return names;
    }

    private String noKamelet(String name, String route) {
        Set<String> kamelets = new TreeSet<>(shippedKamelets());
        files.kamelets().forEach(file -> kamelets.add(file.getFileName().toString().replace(RouteFiles.KAMELETS, "")));
        String guess = Nearest.guess(name, kamelets);
        return location(route, s -> isUriOf("kamelet:" + name, s)) + "there is no kamelet '" + name + "' in "
                + files.folder().resolve("kamelets") + ", and none is shipped"
                + (guess.equals(".") ? "; the kamelets are " + kamelets : guess);
    }

    String unknownOption(String scheme, String option, String route) {
        Set<String> known = options(scheme);
        String guess = Nearest.guess(option, known);
        return optionLocation(scheme, option, route) + "'" + option + "' is no option of " + scheme
                + (guess.equals(".") ? "; its options are " + new TreeSet<>(known) : guess);
    }

    /** Of an option that is a key of {@code parameters}, or a part of a uri. */
    String optionLocation(String scheme, String option, String route) {
        Pattern part = Pattern.compile("[?&]" + Pattern.quote(option) + "=");
        List<Scalar> found = those(route,
                s -> s.isKey() ? s.text().equals(option) : s.text().startsWith(scheme + ":") && part.matcher(s.text()).find());
        if (found.isEmpty()) {
            return location(route, s -> s.text().startsWith(scheme + ":"));
        }
        Matcher at = part.matcher(found.get(0).text());
        return at.find()
                ? found.get(0).locationOf(at.group().substring(1).length() == 0 ? option : found.get(0).text().substring(at.start() + 1))
                : found.get(0).location();
    }

    private Set<String> options(String scheme) {
        try {
            EndpointUriFactory factory = camel.getCamelContextExtension().getEndpointUriFactory(scheme);
            return factory == null ? Set.of() : factory.propertyNames();
        } catch (RuntimeException e) {
            // A component without a list of its options: nothing to guess from.
            return Set.of();
        }
    }

    private String duplicate(String id) {
        List<Scalar> found = those("", s -> "id".equals(s.key()) && s.text().equals(id) && s.route().equals(id));
        if (found.size() < 2) {
            return location(id, s -> s.text().equals(id)) + "the route id " + id + " is used twice; expected one route for each id";
        }
        return found.get(1).location() + "the route id " + id + " is at " + found.get(0).location().replaceFirst(": $", "")
                + " too; expected one route for each id";
    }

    private static boolean isUriOf(String uri, Scalar scalar) {
        return !scalar.isKey() && (scalar.text().equals(uri) || scalar.text().startsWith(uri + "?") || scalar.text().startsWith(uri + "/"));
    }

    String location(String route, Predicate<Scalar> wanted) {
        return location(route, wanted, "");
    }

    private String location(String route, Predicate<Scalar> wanted, String part) {
        List<Scalar> found = those(route, wanted);
        if (!found.isEmpty()) {
            return part.isEmpty() ? found.get(0).location() : found.get(0).locationOf(part);
        }
        List<Scalar> ids = those("", s -> "id".equals(s.key()) && s.text().equals(route));
        return ids.isEmpty() ? "" : ids.get(0).location();
    }

    /** Those of the route, or else of its file, or else all. */
    private List<Scalar> those(String route, Predicate<Scalar> wanted) {
        List<Scalar> all = texts.stream().flatMap(text -> text.scalars().stream()).filter(wanted).toList();
        if (route.isEmpty()) {
            return all;
        }
        List<Scalar> own = all.stream().filter(s -> s.route().equals(route)).toList();
        if (own.isEmpty()) {
            Set<Path> its = texts.stream().flatMap(text -> text.scalars().stream()).filter(s -> s.route().equals(route)).map(Scalar::file)
                    .collect(Collectors.toSet());
            own = all.stream().filter(s -> its.contains(s.file())).toList();
        }
        return own.isEmpty() ? all : own;
    }

    /** Those on the class path, whether they are used or not. */
    private static Set<String> components() {
        Set<String> names = new TreeSet<>(List.of("change", "warehouse"));
        try {
            for (URL url : java.util.Collections
                    .list(LocatedFaults.class.getClassLoader().getResources("META-INF/services/org/apache/camel/component.properties"))) {
                Properties properties = new Properties();
                try (InputStream in = url.openStream()) {
                    properties.load(in);
                }
                names.addAll(Arrays.asList(properties.getProperty("components", "").trim().split("\\s+")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException("the components' names cannot be read", e);
        }
        names.remove("");
        return names;
    }
}
