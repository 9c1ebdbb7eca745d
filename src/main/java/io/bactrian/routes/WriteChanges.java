package io.bactrian.routes;

import io.bactrian.application.ChangeLog.CapturedBatch;
import org.apache.camel.Body;

/**
 * {@code bean:changeLog}, the last step of a capture route: one Kafka transaction of the batch and the offsets after
 * it.
 */
public final class WriteChanges {

    public void write(@Body CapturedBatch batch) {
        batch.write();
    }
}
