package io.bactrian.engines;

import io.bactrian.application.Finding;
import io.bactrian.application.SourceTables;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;

/** What an engine offers that can be captured. */
public interface SourceEngine {

    /** The Camel component that captures it: {@code debezium-mysql}. */
    String component();

    /** The class of Debezium's connector behind that component. */
    String connector();

    /** @param debezium the properties of the Debezium engine that reads the log */
    SourceLog log(Properties debezium);

    /** Whether its log can be read on from an offset; one in the middle of a transaction may have no position there. */
    default boolean isResumable(Map<String, ?> offset) {
        return true;
    }

    /** To read its tables past the log. Nothing is connected yet. */
    SourceTables tables(SourceSettings source);

    /**
     * Whether it can be captured as it is; reads only. A server that does not answer is a finding, never an exception.
     *
     * @param tablesOfRoutes as {@code database.table}
     * @param capture the Debezium engine's properties, as the capture's route gives them; empty if there is no such
     * route here
     */
    List<Finding> check(SourceSettings source, Set<String> tablesOfRoutes, Properties capture);

    /** Settings that only sources of this engine have. */
    List<OwnSetting> settings();

    /** Databases of the server's own, in lower case, which are never captured. */
    Set<String> systemDatabases();

    /**
     * What is wrong with a source's settings, or with it beside the others of this engine.
     *
     * @param before the sources of this engine that come before it
     */
    List<SettingFault> faults(SourceSettings source, List<SourceSettings> before);

    /** Whether the source captures what the warehouse writes; a server may be reached by several names. */
    boolean captures(SourceSettings source, WarehouseLocation warehouse);

    SourceProposals proposals();
}
