package io.bactrian.infrastructure.capture;

import io.bactrian.application.ChangeLog.CapturedBatch;

/** The capture that runs an engine, as the life of the engine knows it. */
interface EngineOwner {

    /** Runs the capture's route. */
    void route(CapturedBatch batch) throws Exception;

    /** A batch has been written: all is well. */
    void isWell();

    boolean isStopRequested();

    void closeEngine();
}
