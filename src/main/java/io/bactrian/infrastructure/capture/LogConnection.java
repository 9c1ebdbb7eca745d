package io.bactrian.infrastructure.capture;

import java.lang.management.ManagementFactory;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.MalformedObjectNameException;
import javax.management.ObjectName;

/**
 * Whether an engine has lost its connection to the source's log, as Debezium's own metrics tell it.
 *
 * <p>A binlog connection that the server closes ends without an error: MySQL's connector says nothing and comes back
 * after a minute or two by itself (connect.keep.alive). In the middle of a transaction it then sends that transaction's
 * rows a second time. So a lost connection is a failure like any other here: the engine starts again from Kafka's
 * offsets.
 */
public final class LogConnection {

    private static final MBeanServer BEANS = ManagementFactory.getPlatformMBeanServer();

    private static final long WATCH_MILLIS = 500;

    private final ObjectName pattern;
    private boolean connected;

    /** @param tags what custom.metric.tags adds to the names of Debezium's MBeans; empty for nothing */
    LogConnection(String source, String tags) {
        try {
            pattern = new ObjectName(
                    "debezium.*:type=connector-metrics,context=streaming,server=" + source + (tags.isEmpty() ? "" : "," + tags));
        } catch (MalformedObjectNameException e) {
            throw new IllegalArgumentException("source '" + source + "' cannot be watched: its name does not fit into an MBean's", e);
        }
    }

    /** Looks now and then, until it is closed. */
    static AutoCloseable watch(String thread, Runnable look) {
        CountDownLatch ended = new CountDownLatch(1);
        Thread watch = new Thread(() -> {
            try {
                while (!ended.await(WATCH_MILLIS, TimeUnit.MILLISECONDS)) {
                    look.run();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }, thread);
        watch.setDaemon(true);
        watch.start();
        return ended::countDown;
    }

    /**
     * False also when nobody can tell: before the streaming begins, and for connectors that do not count their
     * connections.
     */
    synchronized boolean isLost() {
        Set<ObjectName> found = BEANS.queryNames(pattern, null);
        if (found.size() != 1) {
            return false;
        }
        try {
            ObjectName metrics = found.iterator().next();
            boolean connectedNow = (Boolean) BEANS.getAttribute(metrics, "Connected");
            boolean lost = (Long) BEANS.getAttribute(metrics, "NumberOfDisconnects") > 0 || connected && !connectedNow;
            connected |= connectedNow;
            return lost;
        } catch (JMException e) {
            return false;
        }
    }
}
