package io.bactrian.cli;

import io.bactrian.init.InitCommand;
import io.bactrian.live.CauseMessages;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TimeZone;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine;

/** The command line. */
@Command(name = "bactrian", mixinStandardHelpOptions = true, versionProvider = App.Version.class,
        footer = {"", "Exit codes: 0 all is well, 1 it did not work out, 2 something that you wrote is wrong."})
public final class App implements Runnable {

    private static final String WHAT = "Keeps an analytics warehouse in step with operational databases, change by change.";
    /** Those of the jar for demo and tests, by their names: an installation that only runs is without them. */
    private static final Set<String> APART = Set.of("demo", "test");
    /** In the order of the help. */
    private static final List<String> COMMANDS = List.of("demo", "init", "check", "plan", "run", "status", "verify", "reread", "test",
            "models", "dead-letters");

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
        CommandLine line = commands();
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

    private static CommandLine commands() {
        Map<String, CommandLine> all = new HashMap<>();
        List.of(new InitCommand(), new CheckCommand(), new PlanCommand(), new RunCommand(), new StatusCommand(), new VerifyCommand(),
                new RereadCommand(),
                new ModelsCommand(), new DeadLettersCommand()).forEach(command -> add(all, command));
        ServiceLoader.load(AddedCommand.class).forEach(command -> add(all, command));
        boolean demo = all.containsKey("demo");
        APART.forEach(name -> all.computeIfAbsent(name, absent -> new CommandLine(new AbsentCommand())));
        CommandLine line = new CommandLine(new App());
        List<String> description = new ArrayList<>(List.of(WHAT, ""));
        if (demo) {
            description.add("See it work first:  ./bactrian demo");
        }
        description.addAll(List.of("With databases of your own:  docs/getting-started.md", ""));
        line.getCommandSpec().usageMessage().description(description.toArray(String[]::new));
        COMMANDS.forEach(name -> line.addSubcommand(name, all.remove(name)));
        all.forEach(line::addSubcommand);
        return line;
    }

    private static void add(Map<String, CommandLine> all, Object command) {
        CommandLine line = new CommandLine(command);
        all.put(line.getCommandName(), line);
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
