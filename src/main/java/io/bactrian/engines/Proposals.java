package io.bactrian.engines;

import io.bactrian.engines.mysql.MySqlProposals;
import io.bactrian.engines.postgresql.PostgresProposals;
import io.bactrian.init.ServerAddress;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** All in which two kinds of database differ for {@code bactrian init}; who has one asks no more which it is. */
public interface Proposals {

    List<Proposals> ALL = List.of(new MySqlProposals(), new PostgresProposals());

    /** What an address begins with; the first is the one to show. */
    List<String> schemes();

    int standardPort();

    /** An address of this kind, as an example. */
    String example();

    /** What its settings call databases. */
    String word();

    /** @return null when the path of an address, without its first slash, names nothing that this kind has */
    ServerAddress address(String user, String host, int port, String path);

    /** Whether the one captures what the other is. */
    boolean captures(ServerAddress source, ServerAddress warehouse);

    /** @throws SQLException when the server does not answer or lets nobody in; its message says which */
    Survey survey(ServerAddress source, String password) throws SQLException;

    /** What an administrator of the source runs; it depends on nothing that only a login would tell. */
    String sourceGrants(ServerAddress source);

    /** As of the source. */
    String warehouseGrants(ServerAddress warehouse);

    /** Files, by name, with what else has to be run, once the tables are known. */
    Map<String, String> statements(String name, ServerAddress source, List<SurveyedTable> tables);

    /** Settings of a source that the other kinds do not have. */
    String sourceSettings(String name, ServerAddress source);

    String warehouseUrl(ServerAddress warehouse);

    /** The component that captures it. */
    String capture();

    /** Parameters of its endpoint that the other kinds do not have. */
    List<String> captureParameters(String name);

    /** Topics that only the capture of this kind has, as topics.txt lists them. */
    List<String> topics(String name);

    /** The most characters that a table of a warehouse has in its name. */
    int longestTable();
}
