package io.bactrian.engines;

import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** What {@code bactrian init} proposes for a source of an engine. */
public interface SourceProposals {

    /** Whether the source captures what is in the warehouse. */
    boolean captures(ServerAddress source, ServerAddress warehouse);

    /** @throws SQLException if the server does not answer or lets nobody in; its message says which */
    Survey survey(ServerAddress source, String password) throws SQLException;

    /** What an administrator of the source runs; it depends on nothing that only a login would tell. */
    String sourceGrants(ServerAddress source);

    /** Files, by name, with what else has to be run once the tables are known. */
    Map<String, String> statements(String name, ServerAddress source, List<SurveyedTable> tables);

    /** Settings of the source that other engines do not have. */
    String sourceSettings(String name, ServerAddress source);

    /** Parameters of the capture's endpoint that other engines do not have. */
    List<String> captureParameters(String name);

    /** Topics that only the capture of this engine has, as topics.txt lists them. */
    List<String> topics(String name);
}
