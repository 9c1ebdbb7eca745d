package io.bactrian.application;

/**
 * The models of a warehouse that keeps them within its batches. A model that cannot be refreshed is left out and the
 * batch begun again ({@link Warehouse.BeginAgainException}); what else it throws means "not now, for nobody". Repeating
 * it is safe.
 */
public interface RefreshedModels {

    /** Brings the models up to date with the rows that this batch has written; called after the last of them. */
    void refresh();
}
