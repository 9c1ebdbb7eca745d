package io.bactrian.routes;

import io.bactrian.application.RowRoutes;
import java.util.List;
import java.util.Set;

/**
 * The row routes that run now, which an edit replaces by others as a whole. Who holds them keeps the ones that it began
 * with: the others begin with its next batch.
 */
public final class LiveRoutes implements RowRoutes {

    /** One set of routes, and how many batches are in the midst of it. */
    private static final class Generation {
        private final RouteTable table;
        private int holders;

        Generation(RouteTable table) {
            this.table = table;
        }
    }

    /** Routes that an edit has replaced. */
    public final class Replaced {
        private final Generation generation;

        private Replaced(Generation generation) {
            this.generation = generation;
        }

        /** Returns when nothing runs in them any more, and nothing will. */
        public void awaitUnheld() throws InterruptedException {
            synchronized (LiveRoutes.this) {
                while (generation.holders > 0) {
                    LiveRoutes.this.wait();
                }
            }
        }
    }

    private Generation current = new Generation(new RouteTable());

    /** What holds the routes from here on gets these. */
    public synchronized Replaced replace(RouteTable by) {
        Generation before = current;
        current = new Generation(by);
        return new Replaced(before);
    }

    private synchronized RouteTable now() {
        return current.table;
    }

    public List<RouteTable.Reads> reads() {
        return now().reads();
    }

    @Override
    public Set<String> pipelines() {
        return now().pipelines();
    }

    @Override
    public Set<String> topics(String pipeline) {
        return now().topics(pipeline);
    }

    @Override
    public List<RowRoute> of(String pipeline, String topic) {
        return now().of(pipeline, topic);
    }

    @Override
    public synchronized Held hold() {
        Generation held = current;
        held.holders++;
        return new Held() {
            private boolean closed;

            @Override
            public List<RowRoute> of(String pipeline, String topic) {
                List<RowRoute> found = held.table.of(pipeline, topic);
                if (found.isEmpty()) {
                    throw new NoRouteException("no route of pipeline " + pipeline + " reads " + topic + " any more");
                }
                return found;
            }

            @Override
            public void close() {
                synchronized (LiveRoutes.this) {
                    if (!closed) {
                        closed = true;
                        held.holders--;
                        LiveRoutes.this.notifyAll();
                    }
                }
            }
        };
    }
}
