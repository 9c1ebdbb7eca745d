package io.bactrian.servers;

import io.bactrian.engines.mysql.local.EmbeddedMySql;
import io.bactrian.engines.mysql.local.MySqlBinaries;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that runs servers until somebody kills it; tells their pids on its first line. */
final class ParentToDie {

    private ParentToDie() {
    }

    /** @param arguments the folder of binaries, the folder of data */
    public static void main(String[] arguments) throws IOException {
        ServerHome home = new ServerHome(Path.of(arguments[0])).withData(Path.of(arguments[1]));
        MySqlBinaries binaries = MySqlBinaries.locate(home, Progress.SILENT);
        EmbeddedMySql mySql = EmbeddedMySql.start(binaries, home, "store", 1, Progress.SILENT);
        EmbeddedKafka kafka = EmbeddedKafka.start(home, "kafka", Progress.SILENT);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stopInOrder(mySql, kafka)));
        System.out.println(mySql.pid() + " " + kafka.pid());
        if (System.in.read() >= 0) {
            throw new IllegalStateException("nobody was expected to write");
        }
    }

    /** What a pipeline would do on Ctrl-C: finish its batch first, for which the servers must still be there. */
    private static void stopInOrder(EmbeddedMySql mySql, EmbeddedKafka kafka) {
        try (mySql; kafka; Connection connection = DriverManager.getConnection(mySql.jdbcUrl(""), mySql.user(), mySql.password())) {
            System.out.println(connection.isValid(5) ? "the servers are still there" : "no answer");
        } catch (SQLException e) {
            System.out.println("the servers are gone: " + e);
        }
    }

    static Process start(ServerHome home, boolean inAGroupOfItsOwn) throws IOException {
        List<String> command = new ArrayList<>(inAGroupOfItsOwn ? List.of("setsid") : List.of());
        command.addAll(List.of(Path.of(System.getProperty("java.home"), "bin", "java").toString(), "-Xmx256m",
                "-cp", System.getProperty("java.class.path"), ParentToDie.class.getName(),
                home.folder().toString(), home.servers().toString()));
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }
}
