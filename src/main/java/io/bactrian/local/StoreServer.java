package io.bactrian.local;

import java.util.List;
import java.util.Map;

/** A server of the demo on which databases of the bookstore live. */
public interface StoreServer extends AutoCloseable {

    /** The JDBC URL under which the bookstore's databases are reached as {@code database.table}. */
    String url();

    /** May everything. */
    String user();

    String password();

    /**
     * Makes the user who captures, with the rights that the engine's page names and no others; once the tables are
     * there.
     *
     * @param source as the settings name it
     * @param tables that are captured, each with its database
     */
    void letCapture(String source, List<String> tables, String user, String password);

    /** Settings that say where it is, without {@code bactrian.source.<name>.} before them. */
    Map<String, String> settings();

    /** What a person pastes into a shell to look around. */
    String clientCommand();

    @Override
    void close();
}
