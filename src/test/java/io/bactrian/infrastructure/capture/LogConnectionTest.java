package io.bactrian.infrastructure.capture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.lang.management.ManagementFactory;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogConnectionTest {

    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

    /** What Debezium's streaming metrics say, as far as it is asked. */
    public interface StreamingMXBean {
        boolean isConnected();

        long getNumberOfDisconnects();
    }

    public static final class Streaming implements StreamingMXBean {
        private volatile boolean connected;
        private volatile long disconnects;

        @Override
        public boolean isConnected() {
            return connected;
        }

        @Override
        public long getNumberOfDisconnects() {
            return disconnects;
        }
    }

    private final Streaming streaming = new Streaming();
    private ObjectName name;

    private void register(String tags) throws Exception {
        name = new ObjectName("debezium.mysql:type=connector-metrics,context=streaming,server=lct" + tags);
        BEANS.registerMBean(streaming, name);
    }

    @AfterEach
    void unregister() throws Exception {
        if (name != null) {
            BEANS.unregisterMBean(name);
        }
    }

    @Test
    void isNotLostBeforeItWasThere() throws Exception {
        LogConnection connection = new LogConnection("lct", "");
        assertThat(connection.isLost()).as("no metrics yet").isFalse();
        register("");
        assertThat(connection.isLost()).as("not connected yet").isFalse();
        streaming.connected = true;
        assertThat(connection.isLost()).isFalse();
    }

    @Test
    void isLostWhenItIsThereNoMore() throws Exception {
        register("");
        LogConnection connection = new LogConnection("lct", "");
        streaming.connected = true;
        connection.isLost();
        streaming.connected = false;
        assertThat(connection.isLost()).isTrue();
    }

    @Test
    void staysLostWhenTheClientHasComeBackByItself() throws Exception {
        register("");
        LogConnection connection = new LogConnection("lct", "");
        streaming.connected = true;
        streaming.disconnects = 1;
        assertThat(connection.isLost()).isTrue();
    }

    @Test
    void looksAtItsOwnEngineOnly() throws Exception {
        register(",instance=other");
        streaming.disconnects = 1;
        assertThat(new LogConnection("lct", "").isLost()).isFalse();
        assertThat(new LogConnection("lct", "instance=other").isLost()).isTrue();
    }

    @Test
    void aNameThatNoMBeanCanHaveIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> new LogConnection("a,b", ""))
                .withMessageContaining("source 'a,b' cannot be watched");
    }
}
