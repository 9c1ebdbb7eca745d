package io.bactrian.application;

import io.bactrian.domain.Change;
import io.bactrian.domain.Row;
import java.util.List;
import java.util.Set;

/** The row routes that run now. */
public interface RowRoutes {

    Set<String> pipelines();

    /** The topics that the pipeline's routes name. */
    Set<String> topics(String pipeline);

    /** The pipeline's routes for a topic, in a stable order; empty when a route was taken away meanwhile. */
    List<RowRoute> of(String pipeline, String topic);

    /**
     * The routes as they are now: those that it gives run to the end of what holds them, however they are edited
     * meanwhile. A batch holds them from its first change to its last.
     */
    default Held hold() {
        RowRoutes always = this;
        return new Held() {
            @Override
            public List<RowRoute> of(String pipeline, String topic) {
                return always.of(pipeline, topic);
            }

            @Override
            public void close() {
                // Routes that nobody edits need not be held.
            }
        };
    }

    interface Held extends AutoCloseable {

        /**
         * The pipeline's routes for a topic, in a stable order.
         *
         * @throws NoRouteException when an edit took the last one away: the topic's changes wait until a route reads it
         * again
         */
        List<RowRoute> of(String pipeline, String topic);

        @Override
        void close();
    }

    /** No route of the pipeline reads the topic any more: its changes must not be counted as applied. */
    final class NoRouteException extends RuntimeException {
        public NoRouteException(String message) {
            super(message);
        }
    }

    /** One route: a change in, rows out. */
    interface RowRoute {

        String id();

        /** Whether the route wants this change at all; one that it does not want is counted as filtered. */
        boolean wants(Change change);

        /**
         * Runs the route to its end.
         *
         * @return the rows that it made; none when it filtered the change out
         * @throws RouteStoppingException when the route could not run because it is being stopped
         * @throws FailsForAllException, or what it is a cause of, when nothing is wrong with the change and it shall be
         * tried again
         * @throws Exception whatever the route threw and did not handle: the change fails alone
         */
        List<Row> process(Change change) throws Exception;
    }

    /** The route is being stopped: nothing is wrong with the change, it comes again. */
    final class RouteStoppingException extends RuntimeException {
        public RouteStoppingException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
