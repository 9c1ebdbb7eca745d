package io.bactrian.application;

import static org.assertj.core.api.Assertions.assertThat;

import io.bactrian.application.ChangeLog.CapturedBatch;
import io.bactrian.application.ChangeLog.CapturedChange;
import io.bactrian.testing.ChangeLogInMemory;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class ChangeLogTest {

    @Test
    void aBatchIsWrittenIntoItsLogAndKnowsIt() {
        CapturedChange change = new CapturedChange("shop.store.customers", null, new byte[]{1}, new byte[0], 5, false);
        ChangeLogInMemory log = new ChangeLogInMemory();
        CapturedBatch batch = new CapturedBatch("shop", List.of(change, change), Map.of("p", "7"), false, log, new AtomicBoolean());

        assertThat(batch.size()).isEqualTo(2);
        assertThat(batch.isWritten()).isFalse();
        batch.write();
        assertThat(batch.isWritten()).isTrue();
        assertThat(log.batches).containsExactly(batch);
        assertThat(log.offsets()).isEqualTo(Map.of("p", "7"));
    }
}
