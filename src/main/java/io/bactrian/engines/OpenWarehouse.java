package io.bactrian.engines;

import io.bactrian.application.Health;
import io.bactrian.application.Warehouse;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A warehouse of an engine that is open: what pumps need of it, and what else Bactrian does with one. */
public interface OpenWarehouse extends Warehouse, AutoCloseable {

    /** The pipeline's pumps write it from now on, so many at a time. Repeating it is safe. */
    void serve(String pipeline, int consumers);

    /**
     * Its models; empty if it keeps none, as {@link WarehouseEngine#capabilities} says too.
     *
     * @param folder their files
     * @param targets the tables that the routes write
     */
    default Optional<KeptModels> models(Path folder, LocalDate calendarFrom, Supplier<Set<String>> targets, Health health) {
        return Optional.empty();
    }

    @Override
    void close();
}
