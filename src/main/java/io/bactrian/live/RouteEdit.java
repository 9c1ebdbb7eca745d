package io.bactrian.live;

import io.bactrian.infrastructure.kafka.Pumps.Backlog;
import io.bactrian.routes.RouteTable.Reads;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an edit of the files changes: a line for each route that was added, removed or changed, with what happens to the
 * changes of its table.
 */
public final class RouteEdit {

    private static final Logger LOG = LoggerFactory.getLogger(RouteEdit.class);

    /** What a pipeline finds in a topic that it begins to read. */
    public interface Backlogs {
        Backlog of(String pipeline, String topic);
    }

    private final RouteFiles before;
    private final RouteFiles after;
    private final List<Reads> readBefore;
    private final Backlogs backlogs;

    RouteEdit(RouteFiles before, RouteFiles after, List<Reads> readBefore, Backlogs backlogs) {
        this.before = before;
        this.after = after;
        this.readBefore = readBefore;
        this.backlogs = backlogs;
    }

    void report(List<Reads> reads) {
        lines(reads).forEach(LOG::info);
    }

    /** @param reads of the new routes, which nothing runs in yet */
    List<String> lines(List<Reads> reads) {
        List<String> lines = new ArrayList<>();
        Map<String, Path> filesBefore = filesOf(before);
        Map<String, Path> filesAfter = filesOf(after);
        Set<Path> told = new HashSet<>();
        Map<String, Reads> old = readBefore.stream().collect(Collectors.toMap(Reads::route, one -> one));
        Map<String, Reads> now = reads.stream().collect(Collectors.toMap(Reads::route, one -> one));
        for (Reads one : reads) {
            Path file = filesAfter.get(one.route());
            Reads was = old.get(one.route());
            Path wasFile = filesBefore.get(one.route());
            if (was == null) {
                lines.add("routes: added " + one.route() + in(file) + ": " + beginning(one));
            } else if (!was.equals(one)) {
                lines.add("routes: changed " + one.route() + in(file) + ": it read " + was.topic() + " before; " + beginning(one));
            } else if (file != null && !file.equals(wasFile)) {
                lines.add("routes: moved " + one.route() + " from " + wasFile + " to " + file);
                told.add(wasFile);
            } else if (file != null && !after.texts().get(file).equals(before.texts().get(file))) {
                lines.add("routes: changed " + one.route() + in(file));
            } else {
                continue;
            }
            told.add(file);
        }
        for (Reads one : readBefore) {
            if (!now.containsKey(one.route())) {
                lines.add("routes: removed " + one.route() + in(filesBefore.get(one.route())) + ": " + ending(one, reads));
                told.add(filesBefore.get(one.route()));
            }
        }
        for (Path file : after.changedSince(before)) {
            if (!told.contains(file)) {
                lines.add("routes: "
                        + (!before.texts().containsKey(file) ? "added " : after.texts().containsKey(file) ? "changed " : "removed ") + file
                        + (after.isCapture(file)
                                ? after.texts().containsKey(file)
                                        ? ": what it captures goes on from the last Kafka transaction"
                                        : ": what it captures waits in the source's log, as long as that keeps it"
                                : after.isKamelet(file) ? ", for all routes that use it" : ""));
            }
        }
        return lines;
    }

    private static String in(Path file) {
        return file == null ? "" : " (" + file + ")";
    }

    private String beginning(Reads one) {
        if (readBefore.stream().anyMatch(was -> was.pipeline().equals(one.pipeline()) && was.topic().equals(one.topic()))) {
            return "it gets the changes of " + one.topic() + " from now on, where pipeline " + one.pipeline() + " is reading already";
        }
        try {
            Backlog backlog = backlogs.of(one.pipeline(), one.topic());
            if (!backlog.there()) {
                return "it reads " + one.topic() + ", which is not in Kafka yet";
            }
            return String.format(Locale.ROOT, backlog.fromBeginning()
                    ? "it reads %s from the beginning (%,d changes at most)"
                    : "it reads %s on from where pipeline " + one.pipeline() + " had left it (%,d changes at most)", one.topic(),
                    backlog.waiting());
        } catch (RuntimeException e) {
            // The edit is right whether or not Kafka and the warehouse answer now.
            return "it reads " + one.topic() + " (how much waits there is unknown: " + e.getMessage() + ")";
        }
    }

    private static String ending(Reads one, List<Reads> reads) {
        List<String> others = reads.stream().filter(other -> other.pipeline().equals(one.pipeline()) && other.topic().equals(one.topic()))
                .map(Reads::route).toList();
        return others.isEmpty()
                ? "no route of pipeline " + one.pipeline() + " reads " + one.topic()
                        + " now; its changes wait in Kafka, as long as that keeps them, until one does"
                : "the changes of " + one.topic() + " go on to " + others + " alone";
    }

    private static Map<String, Path> filesOf(RouteFiles files) {
        Map<String, Path> found = new HashMap<>();
        files.rows().forEach(file -> YamlText.of(file, files.texts().get(file)).scalars().forEach(scalar -> {
            if (!scalar.route().isEmpty()) {
                found.put(scalar.route(), file);
            }
        }));
        return found;
    }
}
