package io.bactrian.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.params.Parameter;

/**
 * The conformance suite of sources: a test class that extends this one, and says {@code @ParameterizedClass} with one
 * of {@link SourceUnderTest}'s methods, runs against every kind of source, each test in a database of its own.
 */
public abstract class EverySource {

    @Parameter(0)
    protected SourceUnderTest kind;
    protected Scenario scenario;

    @BeforeEach
    void open(TestInfo test) {
        Waivers.respect(kind, kind.waivers(), test);
        scenario = new Scenario(Servers.shared(), kind);
    }

    @AfterEach
    void close() {
        if (scenario != null) {
            scenario.close();
        }
    }

    protected static void until(Callable<Boolean> condition) {
        await().atMost(Scenario.PATIENCE).pollInterval(Duration.ofMillis(50)).until(condition);
    }
}
