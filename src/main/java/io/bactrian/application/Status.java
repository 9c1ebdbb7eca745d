package io.bactrian.application;

import io.bactrian.application.Lags.Lag;
import io.bactrian.application.RepeatedQuestion.Answer;
import io.bactrian.application.Standings.Standing;
import io.bactrian.application.StatusReport.Instance;
import io.bactrian.application.StatusReport.LastError;
import io.bactrian.application.StatusReport.Letters;
import io.bactrian.application.StatusReport.Lifeless;
import io.bactrian.application.StatusReport.Need;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.PartitionProgress;
import io.bactrian.application.StatusReport.Server;
import io.bactrian.application.StatusReport.Table;
import io.bactrian.domain.Partition;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;

/**
 * Reports how everything is. A report is made of what is known here and of the last answers of the servers, so that it
 * comes at once whichever of them is away.
 */
public final class Status implements AutoCloseable {

    /** How long it is from one answer to the next question. */
    record Pauses(Duration kafka, Duration warehouses, Duration samples) {
        private static final Pauses USUAL = new Pauses(Duration.ofSeconds(1), Duration.ofSeconds(5), Duration.ofSeconds(1));
    }

    /** Where partitions end, in Kafka. */
    public interface Ends {
        Map<Partition, Long> of(Collection<Partition> partitions) throws Exception;
    }

    private final Instance instance;
    private final Health health;
    private final Liveness liveness;
    private final Captures captures;
    private final Pipelines pipelines;
    private final Lags lags = new Lags();
    private final Rates rates = new Rates();
    private final RepeatedQuestion<Void> kafka;
    private final Map<String, RepeatedQuestion<Map<String, Long>>> warehouses = new TreeMap<>();
    private final RepeatedQuestion<Void> samples;
    private volatile String notYet = "is starting: its routes are not up yet";

    /**
     * @param counters of each pipeline, as they are at any time
     * @param warehouse that a pipeline writes
     */
    public record Pipelines(RowRoutes routes, Standings standings, Supplier<Map<String, Counters>> counters,
            UnaryOperator<String> warehouse) {
    }

    /** @param openDeadLetters by warehouse, the question how many each pipeline has */
    public Status(Instance instance, Health health, Liveness liveness, Captures captures, Pipelines pipelines, String kafkaName, Ends ends,
            Map<String, Callable<Map<String, Long>>> openDeadLetters) {
        this(instance, health, liveness, captures, pipelines, kafkaName, ends, openDeadLetters, Pauses.USUAL);
    }

    Status(Instance instance, Health health, Liveness liveness, Captures captures, Pipelines pipelines, String kafkaName, Ends ends,
            Map<String, Callable<Map<String, Long>>> openDeadLetters, Pauses pauses) {
        this.instance = instance;
        this.health = health;
        this.liveness = liveness;
        this.captures = captures;
        this.pipelines = pipelines;
        this.kafka = new RepeatedQuestion<>(kafkaName, pauses.kafka(), () -> askKafka(ends));
        openDeadLetters.forEach(
                (warehouse, asked) -> this.warehouses.put(warehouse,
                        new RepeatedQuestion<>("warehouse " + warehouse, pauses.warehouses(), asked)));
        this.samples = new RepeatedQuestion<>("counters", pauses.samples(), this::sample);
    }

    public void start() {
        kafka.start();
        warehouses.values().forEach(RepeatedQuestion::start);
        samples.start();
    }

    /** The routes are up. */
    public void started() {
        notYet = "";
    }

    public void stopping() {
        notYet = "is stopping";
    }

    private Void askKafka(Ends ends) throws Exception {
        Instant at = Instant.now();
        Set<Partition> all = new TreeSet<>();
        standings().values().forEach(partitions -> all.addAll(partitions.keySet()));
        Map<Partition, Long> found = ends.of(all);
        lags.look(at, found, standings());
        return null;
    }

    private Map<String, Map<Partition, Standing>> standings() {
        Map<String, Map<Partition, Standing>> all = new HashMap<>();
        pipelines.counters().get().keySet().forEach(pipeline -> all.put(pipeline, pipelines.standings().standings(pipeline)));
        return all;
    }

    private Void sample() {
        Map<String, Long> counts = new HashMap<>();
        captures.all().forEach((source, capture) -> counts.put("capture " + source, capture.changes.sum()));
        pipelines.counters().get().forEach((pipeline, count) -> {
            counts.put("changes " + pipeline, count.changes.sum());
            counts.put("rows " + pipeline, count.rows.sum());
        });
        rates.sample(System.nanoTime(), counts);
        return null;
    }

    public StatusReport report() {
        Instant now = Instant.now();
        List<Lifeless> lifeless = liveness.lifeless();
        List<Part> parts = parts(lifeless);
        List<Server> servers = servers();
        List<StatusReport.Pipeline> pipelineReports = pipelines(now, parts);
        boolean ready = parts.stream().allMatch(Part::up) && servers.stream().allMatch(Server::answers);
        List<LastError> errors = health.troubles().stream().map(t -> new LastError(t.part(), t.reason(), t.since(), t.until())).toList();
        return new StatusReport(instance, now, lifeless.isEmpty(), ready, lifeless, needs(lifeless, parts, servers, pipelineReports), parts,
                servers,
                captures(parts), pipelineReports, errors);
    }

    private List<Part> parts(List<Lifeless> lifeless) {
        Map<String, Part> parts = new TreeMap<>();
        liveness.parts()
                .forEach(part -> parts.put(part, new Part(part, false, "is starting: it has not got through to its servers yet", null)));
        health.parts().forEach((part, state) -> parts.put(part, new Part(part, state.up(), state.reason(), state.since())));
        lifeless.forEach(dead -> parts.put(dead.part(), new Part(dead.part(), false, dead.reason(), null)));
        List<Part> all = new ArrayList<>(parts.values());
        String starting = notYet;
        if (!starting.isEmpty()) {
            all.add(0, new Part("bactrian", false, starting, null));
        }
        return all;
    }

    private List<Server> servers() {
        List<Server> servers = new ArrayList<>();
        servers.add(server(kafka));
        warehouses.values().forEach(question -> servers.add(server(question)));
        return servers;
    }

    private static Server server(RepeatedQuestion<?> question) {
        Answer<?> answer = question.latest();
        return new Server(question.server(), answer.trouble().isEmpty(), answer.trouble(), answer.at());
    }

    private static boolean isUp(List<Part> parts, String begin) {
        List<Part> own = parts.stream().filter(part -> part.name().equals(begin) || part.name().startsWith(begin + "/")).toList();
        return !own.isEmpty() && own.stream().allMatch(Part::up);
    }

    private List<StatusReport.Capture> captures(List<Part> parts) {
        List<StatusReport.Capture> all = new ArrayList<>();
        new TreeMap<>(captures.all()).forEach((source,
                capture) -> all.add(new StatusReport.Capture(source, isUp(parts, "capture " + source), capture.snapshot,
                        capture.changes.sum(), rates.perSecond("capture " + source), capture.batches.sum(), capture.restarts.sum(),
                        instant(capture.newestCommit.get()), instant(capture.heard.get()),
                        capture.rereads.stream().map(Status::reread).toList())));
        return all;
    }

    private static StatusReport.TableReread reread(Reread reread) {
        Reread.Progress progress = reread.progress();
        Instant since = Instant.ofEpochMilli(reread.asked().at());
        if (progress == null) {
            return new StatusReport.TableReread(reread.asked().table(), reread.asked().reason(), since, 0, 0, 0, null);
        }
        double perSecond = progress.rows() * 1_000.0 / Math.max(1, progress.at() - progress.began());
        return new StatusReport.TableReread(reread.asked().table(), reread.asked().reason(), since, progress.rows(), progress.estimate(),
                perSecond, perSecond == 0 ? null : (progress.estimate() - progress.rows()) / perSecond);
    }

    private static Instant instant(long millis) {
        return millis == 0 ? null : Instant.ofEpochMilli(millis);
    }

    private List<StatusReport.Pipeline> pipelines(Instant now, List<Part> parts) {
        List<StatusReport.Pipeline> all = new ArrayList<>();
        new TreeMap<>(pipelines.counters().get()).forEach((pipeline, count) -> {
            Map<Partition, Lag> own = lags.of(pipeline);
            all.add(new StatusReport.Pipeline(pipeline, isUp(parts, "pipeline " + pipeline), lag(now, own.values()), count.changes.sum(),
                    rates.perSecond("changes " + pipeline), count.rows.sum(), rates.perSecond("rows " + pipeline), count.filtered.sum(),
                    count.batches.sum(), count.retries.sum(), count.rewinds.sum(), count.lookupMisses.sum(), letters(pipeline, count),
                    instant(count.newestCommit.get()), tables(now, pipeline, count, own)));
        });
        return all;
    }

    private Letters letters(String pipeline, Counters count) {
        RepeatedQuestion<Map<String, Long>> asked = warehouses.get(pipelines.warehouse().apply(pipeline));
        Map<String, Long> open = asked == null ? null : asked.latest().value();
        return new Letters(open == null ? null : open.getOrDefault(pipeline, 0L), count.deadLetters.sum());
    }

    private StatusReport.Lag lag(Instant now, Collection<Lag> lags) {
        long changes = 0;
        int unknown = 0;
        Double seconds = 0.0;
        for (Lag lag : lags) {
            if (lag.waiting() < 0) {
                unknown++;
            } else if (lag.waiting() > 0) {
                changes += lag.waiting();
                Double own = lag.since() == null ? null : Math.max(0, Duration.between(lag.since(), now).toMillis() / 1e3);
                seconds = own == null || seconds == null ? null : Math.max(seconds, own);
            }
        }
        return new StatusReport.Lag(changes, unknown > 0 ? null : seconds, unknown, kafka.latest().at());
    }

    private List<Table> tables(Instant now, String pipeline, Counters count, Map<Partition, Lag> lags) {
        Map<String, Map<Integer, Lag>> byTopic = new TreeMap<>();
        pipelines.routes().topics(pipeline).forEach(topic -> byTopic.put(topic, new TreeMap<>()));
        lags.forEach((partition, lag) -> byTopic.computeIfAbsent(partition.topic(), topic -> new TreeMap<>()).put(partition.number(), lag));
        List<Table> tables = new ArrayList<>();
        byTopic.forEach((topic, own) -> {
            Map<Integer, PartitionProgress> places = new LinkedHashMap<>();
            own.forEach((number, lag) -> places.put(number, new PartitionProgress(lag.watermark(), lag.end())));
            LongAdder applied = count.tables.get(topic);
            List<String> routes = pipelines.routes().of(pipeline, topic).stream().map(RowRoutes.RowRoute::id).toList();
            tables.add(new Table(topic, lag(now, own.values()), applied == null ? 0 : applied.sum(), routes, places));
        });
        return tables;
    }

    private static List<Need> needs(List<Lifeless> lifeless, List<Part> parts, List<Server> servers,
            List<StatusReport.Pipeline> pipelines) {
        List<Need> down = new ArrayList<>();
        lifeless.forEach(dead -> down.add(new Need(dead.part(), dead.reason())));
        parts.stream().filter(part -> !part.up() && lifeless.stream().noneMatch(dead -> dead.part().equals(part.name())))
                .forEach(part -> down.add(new Need(part.name(), part.reason())));
        servers.stream().filter(server -> !server.answers()).forEach(server -> down.add(new Need(server.name(), server.reason())));
        // Consumers of one pipeline are down for one reason, but for how many milliseconds each of them waited: it is
        // said once.
        Map<String, Need> byReason = new LinkedHashMap<>();
        down.forEach(need -> byReason.merge(need.why().replaceAll("\\d+", ""), need,
                (first, more) -> new Need(first.what() + ", " + more.what(), first.why())));
        List<Need> needs = new ArrayList<>(byReason.values());
        for (StatusReport.Pipeline pipeline : pipelines) {
            Long open = pipeline.deadLetters().open();
            if (open != null && open > 0) {
                needs.add(new Need("pipeline " + pipeline.pipeline(), open + (open == 1 ? " dead letter waits" : " dead letters wait")
                        + " to be replayed or discarded; `bactrian dead-letters list` shows " + (open == 1 ? "it" : "them")));
            }
        }
        return needs;
    }

    @Override
    public void close() {
        samples.close();
        kafka.close();
        warehouses.values().forEach(RepeatedQuestion::close);
    }
}
