package io.bactrian.routes;

import io.bactrian.domain.Change;
import io.bactrian.domain.ComputedColumn;
import io.bactrian.domain.Image;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.Exchange;
import org.apache.camel.Expression;

/** What the kamelet {@code set-column} does: a Simple expression is evaluated against each image. */
public final class SetColumnKamelet extends KameletStep {

    /** The variable that holds the change while its images are the bodies. */
    static final String CHANGE = "change";

    private static final Pattern READ = Pattern.compile("\\bbody\\[\\s*['\"]?([^\\]'\"]+?)['\"]?\\s*]");

    private String name;
    private String value;
    private String type;
    private ComputedColumn column;
    private Expression expression;
    /** The columns that the expression names: Simple would take one that is not there for a NULL. */
    private final Set<String> read = new TreeSet<>();
    private final Map<Object, Boolean> complete = new ConcurrentHashMap<>();

    public SetColumnKamelet() {
        super("set-column");
    }

    @Override
    protected void prepare() {
        if (name == null || name.isBlank()) {
            throw wrong("name", name, "the column's name");
        }
        if (value == null) {
            throw wrong("value", null, "a text or an expression such as ${body[email]}");
        }
        column = new ComputedColumn(name.strip(), type);
        expression = getCamelContext().resolveLanguage("simple").createExpression(value);
        expression.init(getCamelContext());
        Matcher names = READ.matcher(value);
        while (names.find()) {
            read.add(names.group(1));
        }
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        exchange.setVariable(CHANGE, change);
        try {
            return column.apply(change, image -> evaluated(exchange, change, image));
        } finally {
            // What handles a failure sees the change, not one of its images.
            exchange.getMessage().setBody(change);
        }
    }

    private Object evaluated(Exchange exchange, Change change, Image image) {
        complete.computeIfAbsent(image.schema(), schema -> {
            read.forEach(one -> image.schema().place(one, "set-column: value " + value, change.table()));
            return true;
        });
        exchange.getMessage().setBody(image);
        return expression.evaluate(exchange, Object.class);
    }

    public void setName(String name) {
        this.name = name;
    }

    public void setValue(String value) {
        this.value = value;
    }

    public void setType(String type) {
        this.type = type;
    }
}
