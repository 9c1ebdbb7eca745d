package io.bactrian.routes;

import io.bactrian.domain.Change;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.camel.support.service.ServiceSupport;

/**
 * What one kamelet does in one route. Each route that names the kamelet gets a step of its own, made with that route's
 * parameters: what they say is read once, when the route is made, and what is wrong with them stops the route's start
 * instead of failing each change.
 */
abstract class KameletStep extends ServiceSupport implements Processor, CamelContextAware {

    private final String kamelet;
    private CamelContext camelContext;

    KameletStep(String kamelet) {
        this.kamelet = kamelet;
    }

    /** Reads the parameters. */
    protected abstract void prepare();

    /** @return the body that goes on */
    protected abstract Object apply(Exchange exchange, Change change);

    @Override
    protected void doBuild() {
        prepare();
    }

    @Override
    public void process(Exchange exchange) {
        Object body = exchange.getMessage().getBody();
        if (!(body instanceof Change change)) {
            throw new IllegalArgumentException(
                    "kamelet " + kamelet + " got a body of type " + (body == null ? "null" : body.getClass().getName())
                            + "; expected a change. Put it before the step that makes something else of the change, or split a list first");
        }
        exchange.getMessage().setBody(apply(exchange, change));
    }

    /** @param list names of columns, separated by commas */
    List<String> names(String parameter, String list) {
        List<String> names = ChangeEndpoint.names(list);
        if (names.isEmpty()) {
            throw wrong(parameter, list, "names of columns, separated by commas, such as " + parameter + "=email,phone");
        }
        return names;
    }

    /** @param list pairs such as {@code old=new}, separated by commas */
    Map<String, String> pairs(String parameter, String list, String separator, String expected) {
        Map<String, String> pairs = new LinkedHashMap<>();
        for (String one : names(parameter, list)) {
            String[] both = one.split(separator, -1);
            if (both.length != 2 || both[0].isBlank() || both[1].isBlank() || pairs.put(both[0].strip(), both[1].strip()) != null) {
                throw wrong(parameter, list, expected);
            }
        }
        return pairs;
    }

    IllegalArgumentException wrong(String parameter, String found, String expected) {
        return new IllegalArgumentException(
                kamelet + ": " + parameter + " is " + (found == null ? "not given" : "'" + found + "'") + "; expected " + expected);
    }

    <T> T one(Class<T> type) {
        T found = camelContext.getRegistry().findSingleByType(type);
        if (found == null) {
            throw new IllegalStateException("kamelet " + kamelet + " needs a " + type.getSimpleName()
                    + " in Camel's registry, which Bactrian puts there; this Camel context has none");
        }
        return found;
    }

    @Override
    public CamelContext getCamelContext() {
        return camelContext;
    }

    @Override
    public void setCamelContext(CamelContext camelContext) {
        this.camelContext = camelContext;
    }
}
