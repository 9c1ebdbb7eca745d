package io.bactrian.cli;

import io.bactrian.application.StatusReport.Capture;
import io.bactrian.application.StatusReport.Lag;
import io.bactrian.application.StatusReport.LastError;
import io.bactrian.application.StatusReport.Need;
import io.bactrian.application.StatusReport.Part;
import io.bactrian.application.StatusReport.Pipeline;
import io.bactrian.application.StatusReport.Server;
import io.bactrian.application.StatusReport.Table;
import io.bactrian.application.StatusReport.TableReread;
import io.bactrian.application.StatusReport;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A report as people read it. */
public final class StatusText {

    /** Of more tables than these only those are shown in which something waits. */
    private static final int MOST_TABLES = 30;
    private static final int LAST_ERRORS = 3;

    private final StatusReport report;
    private final DateTimeFormatter time;
    private final List<String> lines = new ArrayList<>();

    private StatusText(StatusReport report, ZoneId zone) {
        this.report = report;
        this.time = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT).withZone(zone);
    }

    static List<String> lines(StatusReport report, ZoneId zone) {
        return new StatusText(report, zone).all();
    }

    private List<String> all() {
        StatusReport.Instance instance = report.instance();
        add("%s  Bactrian %s, process %d, up %s, %s", report.isWell() ? "ALL WELL" : report.live() && report.ready() ? "UP" : "DOWN",
                instance.version(),
                instance.pid(), duration(Duration.between(instance.startedAt(), report.at())), instance.url());
        captures();
        pipelines();
        report.pipelines().forEach(this::tables);
        others();
        needs();
        lastErrors();
        return lines;
    }

    private void captures() {
        heading("%-24s %-8s %14s %9s  %-14s %s", "capture", "state", "changes", "a second", "newest change", "last heard of");
        for (Capture capture : report.captures()) {
            add("%-24s %-8s %,14d %,9.0f  %-14s %s%s%s", capture.source(), state(capture.up()), capture.changes(),
                    capture.changesPerSecond(),
                    ago(capture.newestCommit()), ago(capture.heardAt()), capture.snapshot() ? "; snapshot under way" : "",
                    capture.restarts() == 0 ? "" : "; started again " + times(capture.restarts()));
            for (TableReread reread : capture.rereads()) {
                add("%-24s not current since %s: %s; %s", "  " + reread.table(), reread.since(), progress(reread), reread.reason());
            }
        }
        none(report.captures().isEmpty(), "captures");
    }

    private static String progress(TableReread reread) {
        return reread.secondsLeft() == null
                ? "waits to be read"
                : String.format(Locale.ROOT, "read so far, %,d of about %,d rows, %,.0f a second, %,.0f s left", reread.rows(),
                        reread.ofAbout(), reread.rowsPerSecond(), reread.secondsLeft());
    }

    private void pipelines() {
        heading("%-24s %-8s %14s %9s  %-32s %s", "pipeline", "state", "applied", "a second", "lag", "dead letters");
        for (Pipeline pipeline : report.pipelines()) {
            add("%-24s %-8s %,14d %,9.0f  %-32s %s", pipeline.pipeline(), state(pipeline.up()), pipeline.changes(),
                    pipeline.changesPerSecond(), lag(pipeline.lag()),
                    letters(pipeline));
            add("%-24s %-8s %,14d rows in %,d batches; %,d changes filtered; tried again %s", "", "", pipeline.rows(), pipeline.batches(),
                    pipeline.filtered(),
                    times(pipeline.retries()));
        }
        none(report.pipelines().isEmpty(), "pipelines");
    }

    private static String letters(Pipeline pipeline) {
        Long open = pipeline.deadLetters().open();
        return open == null ? "not known yet" : String.format(Locale.ROOT, "%,d open", open);
    }

    /** The demo shows it too. */
    public static String lag(Lag lag) {
        if (lag.asOf() == null) {
            return "not known: Kafka has not answered";
        }
        String seconds = lag.seconds() == null ? "" : String.format(Locale.ROOT, ", %.1f s", lag.seconds());
        if (lag.unknownPartitions() > 0) {
            return lag.changes() == 0 ? "not known: no watermarks yet" : String.format(Locale.ROOT, "%,d changes or more", lag.changes());
        }
        return lag.changes() == 0
                ? "none"
                : String.format(Locale.ROOT, "%,d change%s%s", lag.changes(), lag.changes() == 1 ? "" : "s", seconds);
    }

    private void tables(Pipeline pipeline) {
        boolean all = pipeline.tables().size() <= MOST_TABLES;
        List<Table> shown = pipeline.tables().stream()
                .filter(table -> all || table.lag().changes() > 0 || table.lag().unknownPartitions() > 0).limit(MOST_TABLES).toList();
        heading("%-40s %-32s %12s %10s  %s", "table (of " + pipeline.pipeline() + ")", "lag", "applied", "watermarks", "routes");
        for (Table table : shown) {
            long watermarks = table.partitions().values().stream().mapToLong(place -> Math.max(0, place.watermark())).sum();
            add("%-40s %-32s %,12d %,10d  %s", table.topic(),
                    table.partitions().isEmpty() ? "nothing in Kafka for this process" : lag(table.lag()), table.changes(), watermarks,
                    String.join(", ", table.routes()));
        }
        if (!all) {
            add("(%d of %d tables: those that wait; --json has all)", shown.size(), pipeline.tables().size());
        }
    }

    private void others() {
        heading("%-24s %-8s %s", "part", "state", "");
        for (Part part : report.parts()) {
            add("%-24s %-8s %s", part.name(), state(part.up()),
                    part.up() ? "" : part.since() == null ? "" : "since " + time.format(part.since()));
        }
        for (Server server : report.servers()) {
            add("%-24s %-8s %s", server.name(), server.answers() ? "answers" : "AWAY",
                    server.answers() ? "" : "last answer " + ago(server.answeredAt()));
        }
    }

    private void needs() {
        heading("needs a person");
        for (Need need : report.needs()) {
            add("  %s: %s", need.what(), need.why());
        }
        if (report.needs().isEmpty()) {
            add("  nothing");
        }
    }

    private void lastErrors() {
        // What lasts has been said above.
        List<LastError> errors = report.lastErrors().stream().filter(error -> error.until() != null).limit(LAST_ERRORS).toList();
        if (errors.isEmpty()) {
            return;
        }
        heading("last error");
        for (LastError error : errors) {
            add("  %s, over after %s: %s: %s", time.format(error.since()), duration(Duration.between(error.since(), error.until())),
                    error.part(), error.reason());
        }
    }

    private void none(boolean isEmpty, String what) {
        if (isEmpty) {
            add("  no %s here", what);
        }
    }

    private static String state(boolean up) {
        return up ? "up" : "DOWN";
    }

    private static String times(long count) {
        return count == 1 ? "once" : String.format(Locale.ROOT, "%,d times", count);
    }

    private String ago(Instant instant) {
        return instant == null ? "never" : duration(Duration.between(instant, report.at())) + " ago";
    }

    /** Two units: who reads it wants to know whether it is minutes or days. */
    static String duration(Duration duration) {
        if (duration.isNegative()) {
            return "0.0 s";
        }
        if (duration.toMinutes() == 0) {
            return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
        }
        if (duration.toHours() == 0) {
            return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
        }
        return duration.toDays() == 0
                ? duration.toHours() + " h " + duration.toMinutesPart() + " min"
                : duration.toDays() + " d " + duration.toHoursPart() + " h";
    }

    private void heading(String format, Object... values) {
        lines.add("");
        add(format, values);
    }

    private void add(String format, Object... values) {
        lines.add(String.format(Locale.ROOT, format, values).stripTrailing());
    }
}
