package io.bactrian.infrastructure.kafka;

import io.bactrian.application.Warehouse;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;

/** Gives each pump of a pipeline the warehouse that it writes: the one that all share, or one of its own. */
public interface WarehouseOpener {

    /** The membership of whoever only asks for watermarks. */
    Supplier<ConsumerGroupMetadata> NOBODY = () -> {
        throw new IllegalStateException("nothing is consumed here, so there are no offsets to commit");
    };

    /** @param membership the pump's, in the pipeline's consumer group, as of its last poll */
    Opened open(Supplier<ConsumerGroupMetadata> membership);

    /** One that outlives the pumps. */
    static WarehouseOpener shared(Warehouse warehouse) {
        return membership -> new Opened(warehouse, false, () -> {
        });
    }

    /**
     * @param offsetsAreWatermarks whether the committed offsets of the pipeline's consumer group are its watermarks, so
     * that nobody but the warehouse may commit some
     * @param closes what is the pump's alone
     */
    record Opened(Warehouse warehouse, boolean offsetsAreWatermarks, Runnable closes) implements AutoCloseable {
        @Override
        public void close() {
            closes.run();
        }
    }
}
