package io.bactrian.testing;

import io.bactrian.servers.EmbeddedServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * A kind of database that the conformance suite of sources runs against. One that is named in META-INF/services is
 * found by itself: whoever adds a source adds one of these, and a line there. Tests write the SQL that all know; words
 * for the rest are here.
 */
public interface SourceUnderTest {

    /** A database of that name, and a user that may do no more than a source needs. */
    Database create(Servers servers, String name);

    /** The ways in which such a database may be set up that change what its log holds. */
    default List<SourceUnderTest> variants() {
        return List.of(this);
    }

    /**
     * Checks that this source cannot pass, by the name of their method, each with the reason; the suite prints them.
     */
    default Map<String, String> waivers() {
        return Map.of();
    }

    /** Each kind once, as it is set up by default. */
    static Stream<SourceUnderTest> kinds() {
        return ServiceLoader.load(SourceUnderTest.class).stream().map(ServiceLoader.Provider::get);
    }

    /** Each kind in all its variants. */
    static Stream<SourceUnderTest> all() {
        return kinds().flatMap(kind -> kind.variants().stream());
    }

    /** A name as this database writes it when it is to be taken as it is. */
    String quoted(String name);

    /** The type of up to so many bytes. */
    String bytes(int most);

    /** The type of very many bytes. */
    String blob();

    /** The type of a very long text. */
    String longText();

    /** Bytes, written in hexadecimal digits, so many times. */
    String bytes(String hex, int times);

    default String bytes(String hex) {
        return bytes(hex, 1);
    }

    /** What makes a column of text tell upper from lower case. */
    String tellingCase();

    /** What puts a new column behind another one, where a database can. */
    String behind(String column);

    /** The condition under which a statement concerns one row only of those that are equal. */
    String oneOf(String table, String condition);

    String retype(String table, String column, String type);

    /** Every type, at its edges. */
    TypeTable types();

    /**
     * @param zone of the JVM, while the capture runs
     * @param given statements that go before each of these, in the same session
     * @param table makes the table {@code types}, whose key is {@code id}
     * @param rows inserts, with ID for the id
     * @param update changes the rows 21 and above
     * @param exact looks whether what is in the warehouse now is exactly what was written
     * @param after takes back what was changed for all sessions
     */
    record TypeTable(String zone, List<String> given, List<String> table, List<String> rows, String update, Consumer<Scenario> exact,
            List<String> after) {
    }

    /** Gone when it is closed. */
    interface Database extends AutoCloseable {

        EmbeddedServer server();

        /** Settings of the source, without {@code bactrian.source.<name>.}. */
        Map<String, String> settings();

        /** The uri's component and the parameters that only this kind has, each {@code name: value}. */
        String component();

        List<String> parameters();

        /** By the owner of the tables, in the database. */
        void execute(String... statements);

        List<String> query(String sql);

        Connection connect() throws SQLException;

        /** Ends the connection from which the capture reads the log. */
        void cutLog();

        @Override
        void close();
    }
}
