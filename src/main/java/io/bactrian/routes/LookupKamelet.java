package io.bactrian.routes;

import io.bactrian.application.Lookup.OnMiss;
import io.bactrian.application.Lookup.Question;
import io.bactrian.application.Lookup.Taken;
import io.bactrian.application.Lookup;
import io.bactrian.application.ReferenceTables;
import io.bactrian.domain.Change;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.camel.Exchange;
import org.apache.camel.util.TimeUtils;

/** What the kamelet {@code lookup} does. The pipeline, and so the warehouse, is that of the route. */
public final class LookupKamelet extends KameletStep {

    private String table;
    private String from;
    private String on;
    private String take;
    private String refresh = "60s";
    private String onMiss = "null";
    private Question question;
    private ReferenceTables tables;
    /** Routes of several pipelines may share one kamelet through a route of their own. */
    private final Map<String, Lookup> byPipeline = new ConcurrentHashMap<>();

    public LookupKamelet() {
        super("lookup");
    }

    @Override
    protected void prepare() {
        if (table == null || table.isBlank()) {
            throw wrong("table", table, "the name of a table in the warehouse");
        }
        List<String> asked = names("from", from);
        question = new Question(table.strip(), asked, on == null ? asked : names("on", on), taken(), duration(), switch (onMiss) {
            case "null" -> OnMiss.NULL;
            case "fail" -> OnMiss.FAIL;
            default -> throw wrong("on-miss", onMiss, "null or fail");
        });
        tables = one(ReferenceTables.class);
    }

    private List<Taken> taken() {
        List<Taken> all = new ArrayList<>();
        for (String one : names("take", take)) {
            String[] words = one.split("\\s+");
            if (words.length == 1) {
                all.add(new Taken(words[0], words[0]));
            } else if (words.length == 3 && words[1].equalsIgnoreCase("as")) {
                all.add(new Taken(words[0], words[2]));
            } else {
                throw wrong("take", take, "columns, separated by commas, such as region or region as customer_region");
            }
        }
        return all;
    }

    private Duration duration() {
        try {
            return Duration.ofMillis(TimeUtils.toMilliSeconds(refresh));
        } catch (IllegalArgumentException | StringIndexOutOfBoundsException e) {
            // Camel 4.17 answers so to a text without a digit.
            throw wrong("refresh", refresh, "a time such as 60s or 5m");
        }
    }

    @Override
    protected Object apply(Exchange exchange, Change change) {
        String pipeline = RowBuffer.of(exchange, "kamelet lookup").pipeline();
        Lookup lookup = byPipeline.computeIfAbsent(pipeline, name -> new Lookup(tables, name, question, System::nanoTime));
        return lookup.enrich(change);
    }

    public void setTable(String table) {
        this.table = table;
    }

    public void setFrom(String from) {
        this.from = from;
    }

    public void setOn(String on) {
        this.on = on;
    }

    public void setTake(String take) {
        this.take = take;
    }

    public void setRefresh(String refresh) {
        this.refresh = refresh;
    }

    public void setOnMiss(String onMiss) {
        this.onMiss = onMiss;
    }
}
