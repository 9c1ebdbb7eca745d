package io.bactrian.engines;

import io.bactrian.application.Liveness;
import java.util.List;
import java.util.Map;

/** The models of a warehouse that keeps some: SELECTs that are kept as tables, and what people ask of them. */
public interface KeptModels extends AutoCloseable {

    /** Follows the models' files from now on, in a thread of its own. */
    void start(Liveness liveness);

    /** Whether each model has been built. */
    boolean allMade();

    /** Whether each model equals its SELECT but for what a batch under way changes. */
    boolean fresh();

    List<Listed> list();

    /** What is wrong with the files; each with its location. */
    List<String> faults();

    /** Builds a model again from nothing. */
    void rebuild(String name) throws ModelTroubleException;

    /**
     * Compares models with their SELECTs, run in full.
     *
     * @param name of one model; null for all
     */
    List<Checked> check(String name);

    /** Why models are not kept, by model. */
    Map<String, String> troubles();

    @Override
    void close();

    /** What is known of one model. @param trouble why it is not fresh; empty when it is */
    record Listed(String name, String file, String description, List<String> key, List<String> reads, long rows, String madeAt,
            String trouble) {
    }

    /** @param differing the first few keys that differ, in words */
    record Checked(String name, long rows, long differences, List<String> differing) {
    }

    /** A model could not be built; the message says why. */
    final class ModelTroubleException extends Exception {
        public ModelTroubleException(String message) {
            super(message);
        }
    }
}
