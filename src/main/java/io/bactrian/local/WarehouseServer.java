package io.bactrian.local;

/** A server of the demo that has the warehouse. */
public interface WarehouseServer extends AutoCloseable {

    /** As the setting of a warehouse has it. */
    String url();

    /** What a person pastes into a shell to look around. */
    String clientCommand();

    @Override
    void close();
}
