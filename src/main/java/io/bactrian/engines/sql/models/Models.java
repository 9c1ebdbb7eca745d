package io.bactrian.engines.sql.models;

import io.bactrian.application.GrowingPause;
import io.bactrian.application.Health;
import io.bactrian.application.Liveness;
import io.bactrian.domain.Model;
import io.bactrian.engines.sql.models.ModelBook.Booked;
import io.bactrian.engines.sql.models.ModelBuilder.ModelRefusedException;
import io.bactrian.engines.KeptModels;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The models of a warehouse: follows their files while it runs, makes what is new or edited, tries again what could not
 * be made, and lets the days begin. A wrong file leaves the model as it was.
 */
public final class Models implements KeptModels {

    private static final Logger LOG = LoggerFactory.getLogger(Models.class);
    private static final Duration LOOK = Duration.ofMillis(500);
    private static final Duration RETRY = Duration.ofSeconds(10);

    private final ModelledWarehouse warehouse;
    private final ModelFolder folder;
    private final Calendar calendar;
    private final Supplier<Set<String>> targets;
    private final Health health;
    private final Duration retry;
    private final ModelBuilder builder;
    private final ModelBook book;
    private final String part;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final GrowingPause pause = new GrowingPause(Duration.ofMillis(500), Duration.ofSeconds(30));
    private Thread thread;

    private Object seen;
    private ModelFolder.Contents contents = new ModelFolder.Contents(List.of(), Set.of(), List.of(), false);
    /** The definition of each model that this instance has seen through: it does not fight another instance over it. */
    private final Map<String, String> settled = new HashMap<>();
    private final Map<String, Refusal> refusals = new HashMap<>();
    private final Set<Model> waiting = new HashSet<>();
    private volatile Map<String, String> troubles = Map.of();
    private String said = "";
    /** Models made since the start. */
    private int made;

    /** @param targets the tables that the routes write */
    public Models(ModelledWarehouse warehouse, ModelFolder folder, LocalDate calendarFrom, Supplier<Set<String>> targets, Health health) {
        this(warehouse, folder, calendarFrom, targets, health, Clock.systemUTC());
    }

    /** @param clock says which days have begun */
    public Models(ModelledWarehouse warehouse, ModelFolder folder, LocalDate calendarFrom, Supplier<Set<String>> targets, Health health,
            Clock clock) {
        this(warehouse, folder, calendarFrom, targets, health, clock, RETRY);
    }

    /** @param retry after how long a definition that was refused is tried again */
    public Models(ModelledWarehouse warehouse, ModelFolder folder, LocalDate calendarFrom, Supplier<Set<String>> targets, Health health,
            Clock clock, Duration retry) {
        this.warehouse = warehouse;
        this.folder = folder;
        this.calendar = new Calendar(calendarFrom, clock);
        this.targets = targets;
        this.health = health;
        this.retry = retry;
        this.builder = new ModelBuilder(warehouse);
        this.book = new ModelBook(warehouse);
        this.part = "models of " + warehouse.name();
    }

    /** Why a definition could not be made. @param again the nano time from when on it is tried again */
    private record Refusal(String hash, String said, long again) {
    }

    public void start() {
        start(new Liveness(Duration.ofDays(1)));
    }

    @Override
    public synchronized void start(Liveness liveness) {
        Liveness.Worker worker = liveness.worker(part);
        thread = new Thread(() -> {
            // How long a model takes to be made is nobody's fault.
            worker.rests();
            run();
            worker.ends();
        }, "models-" + warehouse.name());
        worker.start(thread);
    }

    private void run() {
        long wait = 0;
        while (!isStopping(wait)) {
            try {
                boolean allWell = step();
                if (allWell) {
                    pause.reset();
                }
                wait = allWell || troubles.isEmpty() ? LOOK.toMillis() : Math.min(pause.next().toMillis(), 2_000);
            } catch (SQLException | RuntimeException e) {
                if (stopping.getCount() == 0) {
                    break;
                }
                trouble(Map.of("", "could not be looked after: " + e.getMessage()));
                wait = pause.next().toMillis();
            }
        }
        health.gone(part);
    }

    private boolean isStopping(long millis) {
        try {
            return stopping.await(millis, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
    }

    /** One look at the files and one round of making; true when every model is fresh. */
    public synchronized boolean step() throws SQLException {
        Object now = folder.fingerprint();
        boolean edited = !now.equals(seen);
        if (edited) {
            contents = folder.read();
            refusals.clear();
            settled.keySet().removeIf(
                    name -> contents.models().stream().noneMatch(m -> m.name().equals(name) && m.hash().equals(settled.get(name))));
        }
        calendar.keep(warehouse);
        Map<String, String> found = new LinkedHashMap<>();
        for (int i = 0; i < contents.faults().size(); i++) {
            found.put("fault " + i, contents.faults().get(i));
        }
        if (edited) {
            // Only then: a model that another instance makes of a file that came there first is not one whose file is
            // gone.
            retire();
            seen = now;
        }
        Set<String> names = ModelBuilder.names(contents.models());
        Set<String> written = targets.get();
        Map<String, Booked> rows = book.rows();
        int before = made;
        for (Model model : contents.models()) {
            if (stopping.getCount() == 0) {
                return false;
            }
            String trouble = look(model, rows.get(model.name()), table -> names.contains(table) || written.contains(table));
            if (!trouble.isEmpty()) {
                found.put(model.name(), trouble);
            }
            if (made > before) {
                // Those that read it are to be made too.
                rows = book.rows();
                before = made;
            }
        }
        trouble(found);
        return found.isEmpty();
    }

    private void retire() throws SQLException {
        for (Booked row : book.rows().values()) {
            boolean cared = row.hash() != null || row.buildingHash() != null;
            if (cared && contents.there() && !contents.names().contains(row.name())) {
                builder.retire(row.name());
            }
        }
    }

    private String look(Model model, Booked row, ModelBuilder.Expected expected) throws SQLException {
        boolean same = row != null && model.hash().equals(row.hash());
        if (same && !row.stale() && row.reason() == null) {
            settled.put(model.name(), model.hash());
            return "";
        }
        // One that this definition is being made of was broken off, by whomever; to be made is not to be another's.
        if (row != null && !same && !model.hash().equals(row.buildingHash()) && model.hash().equals(settled.get(model.name()))) {
            return model.name() + " is made by another file than " + model.file()
                    + " now: another instance has another one. Give all instances the same files";
        }
        Refusal refusal = refusals.get(model.name());
        if (refusal != null && refusal.hash().equals(model.hash()) && System.nanoTime() - refusal.again() < 0) {
            return refusal.said();
        }
        String suspended = same && row.reason() != null ? row.reason() : "";
        try {
            switch (builder.make(model, expected)) {
                case MADE -> {
                    made++;
                    settled.put(model.name(), model.hash());
                    refusals.remove(model.name());
                    waiting.remove(model);
                    return "";
                }
                case BUSY -> {
                    return suspended;
                }
                case WAITING -> {
                    if (waiting.add(model)) {
                        LOG.debug("warehouse {}: model {} waits for a table that it reads and that no row has come for yet",
                                warehouse.name(), model.name());
                    }
                    return suspended;
                }
            }
            throw new IllegalStateException("no such ending");
        } catch (ModelRefusedException e) {
            // What was refused for the tables or values of that time may be taken later.
            refusals.put(model.name(), new Refusal(model.hash(), e.getMessage(), System.nanoTime() + retry.toNanos()));
            book.broken(model, e.getMessage());
            return e.getMessage();
        }
    }

    private void trouble(Map<String, String> found) {
        troubles = Map.copyOf(found);
        String all = found.values().stream().distinct().collect(Collectors.joining("; "));
        if (all.isEmpty()) {
            health.up(part);
        } else {
            health.down(part, all);
            // The first is in the log already, with the word DOWN.
            if (!all.equals(said) && !said.isEmpty()) {
                found.values().stream().distinct().forEach(one -> LOG.error("{}: {}", part, one));
            }
        }
        said = all;
    }

    /** Whether {@link #step} has seen every model through: what is left for it are edited files and days that begin. */
    @Override
    public synchronized boolean allMade() {
        return seen != null && contents.models().stream().allMatch(model -> model.hash().equals(settled.get(model.name())));
    }

    /** Why models are not fresh, by model; empty when all are. */
    @Override
    public Map<String, String> troubles() {
        return troubles;
    }

    /** Whether every model of the folder is made by its file and refreshed. */
    @Override
    public boolean fresh() {
        try {
            Map<String, Booked> rows = book.rows();
            ModelFolder.Contents now = folder.read();
            return now.faults().isEmpty() && now.models().stream().allMatch(model -> {
                Booked row = rows.get(model.name());
                return row != null && model.hash().equals(row.hash()) && !row.stale() && row.reason() == null;
            });
        } catch (SQLException e) {
            throw warehouse.failure("look at the models", e);
        }
    }

    @Override
    public List<Listed> list() {
        try {
            Map<String, Booked> rows = book.rows();
            ModelFolder.Contents now = folder.read();
            Map<String, Listed> all = new TreeMap<>();
            for (Model model : now.models()) {
                Booked row = rows.get(model.name());
                String trouble = row == null || row.hash() == null
                        ? "not made yet"
                        : row.reason() != null
                                ? row.reason()
                                : !model.hash().equals(row.hash())
                                        ? "its file has changed; it will be rebuilt"
                                        : row.stale() ? "will be rebuilt" : "";
                all.put(model.name(),
                        new Listed(model.name(), model.file(), model.description(), model.key(),
                                model.inputs().stream().map(Model.Input::table).toList(),
                                warehouse.count(model.name()), row == null ? null : row.madeAt(), trouble));
            }
            return List.copyOf(all.values());
        } catch (SQLException e) {
            throw warehouse.failure("list the models", e);
        }
    }

    /** Faults of the files, as the folder is now. */
    @Override
    public List<String> faults() {
        return folder.read().faults();
    }

    /**
     * Rebuilds a model, here and now; what reads it follows at the next look of a running instance or of {@link #step}.
     */
    @Override
    public void rebuild(String name) throws ModelTroubleException {
        Model model = folder.read().models().stream().filter(m -> m.name().equals(name)).findFirst()
                .orElseThrow(() -> new ModelTroubleException(
                        "there is no model " + name + " in " + folder + " without a fault; there are "
                                + ModelBuilder.names(folder.read().models()).stream().sorted().toList()));
        try {
            Set<String> names = ModelBuilder.names(folder.read().models());
            switch (builder.make(model, table -> names.contains(table) || targets.get().contains(table))) {
                case MADE -> {
                    return;
                }
                case BUSY -> {
                    book.makeStale(name);
                    throw new ModelTroubleException(
                            "another instance is making models; " + name + " is marked, and a running instance makes it anew after that");
                }
                case WAITING -> throw new ModelTroubleException("a table that " + name + " reads is not there yet");
            }
        } catch (ModelRefusedException e) {
            throw new ModelTroubleException(e.getMessage());
        } catch (SQLException e) {
            throw warehouse.failure("make model " + name + " anew", e);
        }
    }

    /**
     * Compares each model's table with its SELECT run in full, both as they are at one moment. Can run while batches
     * do.
     *
     * @param name one model, or null for all that are made
     */
    @Override
    public List<Checked> check(String name) {
        List<Checked> all = new ArrayList<>();
        try {
            for (Booked row : book.rows().values()) {
                if (row.hash() != null && (name == null || row.name().equals(name))) {
                    Model.Parsed parsed = Model.parse(row.name(), row.file(), row.definition());
                    all.add(new ModelCheck(warehouse).check(parsed.model()));
                }
            }
        } catch (SQLException e) {
            throw warehouse.failure("check the models", e);
        }
        return all;
    }

    private void breakOff() {
        try {
            builder.breakOff();
        } catch (SQLException e) {
            LOG.debug("{}: breaking off", part, e);
        }
    }

    /** Breaks off what it is making; the next start makes it. */
    @Override
    public void close() {
        stopping.countDown();
        breakOff();
        Thread running = thread;
        if (running != null) {
            boolean interrupted = false;
            while (running.isAlive()) {
                try {
                    running.join(LOOK.toMillis());
                    // It may have begun to make one just after it was asked to stop.
                    breakOff();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
