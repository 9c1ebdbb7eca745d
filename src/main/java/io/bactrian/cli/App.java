package io.bactrian.cli;

import io.bactrian.cases.TestCommand;
import io.bactrian.demo.DemoCommand;
import io.bactrian.init.InitCommand;
import io.bactrian.live.CauseMessages;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** The command line. */
@Command(name = "bactrian", mixinStandardHelpOptions = true, versionProvider = App.Version.class, subcommands = {DemoCommand.class,
    InitCommand.class, CheckCommand.class, RunCommand.class, StatusCommand.class, VerifyCommand.class, TestCommand.class,
    ModelsCommand.class, DeadLettersCommand.class},
        description = {
            "Keeps an analytics warehouse in step with operational databases, change by change.", "",
            "See it work first:  ./bactrian demo", "With databases of your own:  docs/getting-started.md",
            ""},
        footer = {"", "Exit codes: 0 all is well, 1 it did not work out, 2 something that you wrote is wrong."})
public final class App implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        spec.commandLine().usage(System.out);
    }

    public static void main(String[] args) {
        // The binlog client speaks through the JDK's own logging: into the file with it, like the other libraries.
        System.setProperty("java.util.logging.manager", "org.apache.logging.log4j.jul.LogManager");
        // Liveness misses a thread that is gone; why it went has to stand in the log too.
        Thread.setDefaultUncaughtExceptionHandler(
                (thread, e) -> LoggerFactory.getLogger(App.class).error("thread {} has ended: {}", thread.getName(), e.toString(), e));
        // A snapshot of PostgreSQL reads what the wall clock said through this zone, and most have an hour a year that
        // is not there.
        TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
        System.exit(execute(args));
    }

    static int execute(String... args) {
        CommandLine line = new CommandLine(new App());
        line.setExecutionExceptionHandler((failure, command, parsed) -> {
            if (failure instanceof ConfigurationException) {
                command.getErr().println(failure.getMessage());
                return ExitCode.WRONG_INPUT;
            }
            command.getErr().println(command.getCommandSpec().qualifiedName() + ": " + CauseMessages.explain(failure).getMessage());
            if (Boolean.getBoolean("bactrian.traces")) {
                failure.printStackTrace(command.getErr());
            } else {
                command.getErr().println("(BACTRIAN_JAVA_OPTS=-Dbactrian.traces=true shows where in the code)");
            }
            return ExitCode.FAILED;
        });
        return line.execute(args);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = App.class.getPackage().getImplementationVersion();
            return new String[]{
                "bactrian " + (version == null ? "(not packaged)" : version) + ", Java " + System.getProperty("java.version")};
        }
    }
}
