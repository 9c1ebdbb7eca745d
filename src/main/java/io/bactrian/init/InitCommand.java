package io.bactrian.init;

import io.bactrian.application.Findings;
import io.bactrian.engines.ServerAddress;
import io.bactrian.engines.Survey;
import io.bactrian.engines.SurveyedTable;
import io.bactrian.settings.ConfigurationException;
import io.bactrian.settings.ExitCode;
import io.bactrian.settings.Setting;
import io.bactrian.settings.SettingType;
import io.bactrian.settings.SettingValues;
import java.io.Console;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code bactrian init}. */
@Command(name = "init", mixinStandardHelpOptions = true, description = {
    "Looks at your databases and proposes settings, a mirror route for each table, grants and topics, as files to edit.", "",
    "Overwrites nothing. The password of the source comes from BACTRIAN_SOURCE_<NAME>_PASSWORD, or is asked for; it is never written."})
public final class InitCommand implements Callable<Integer> {

    @Option(names = "--source", required = true, paramLabel = "URL", description = {"What to capture, and the user for it:",
        "mysql://user@host:port/database[,database]", "postgres://user@host:port/database[/schema[,schema]] (default: public)"})
    private String source;
    @Option(names = "--warehouse", required = true, paramLabel = "URL", description = {"Where to load it, and the user for it:",
        "mysql://user@host:port/database", "postgres://user@host:port/database[/schema] (default: public)"})
    private String warehouse;
    @Option(names = "--kafka", required = true, paramLabel = "HOST:PORT", description = "Kafka brokers, separated by commas.")
    private String kafka;
    @Option(names = "--into", paramLabel = "FOLDER", defaultValue = ".", description = "Where the files go (default: here).")
    private Path into;
    @Option(names = "--name", paramLabel = "NAME", description = "Name of the source and of its pipeline (default: the first database's).")
    private String name;

    private int left;

    @Override
    public Integer call() {
        ServerAddress from = AddressOption.source("--source", source);
        ServerAddress to = AddressOption.warehouse("--warehouse", warehouse);
        String called = name == null ? Proposal.dashed(from.database()) : name;
        check(from, to, called);
        Proposal proposal = new Proposal(called, called, from, to, kafka);
        Survey survey;
        try {
            survey = from.engine().source().orElseThrow().proposals().survey(from, password(called));
        } catch (SQLException e) {
            write(proposal.grants());
            System.err.println("the source " + from.host() + ":" + from.port() + " could not be read as user '" + from.user() + "': "
                    + e.getMessage().lines().findFirst().orElse("").strip());
            System.err.println("If the user does not exist yet: put a password into " + into.resolve("grants-source.sql")
                    + ", have an administrator run it, then run this again.");
            return ExitCode.FAILED;
        }
        List<SurveyedTable> tables = survey.tables();
        List<String> empty = from.databases().stream()
                .filter(database -> tables.stream().noneMatch(table -> table.database().equals(database))).toList();
        if (!empty.isEmpty()) {
            write(proposal.grants());
            System.err.println("user '" + from.user() + "' sees no table in " + String.join(", ", empty) + "; expected the names of "
                    + from.engine().addresses().word() + " with tables, and the right to see them: "
                    + into.resolve("grants-source.sql") + ". It sees tables in "
                    + (survey.databases().isEmpty() ? "none" : String.join(", ", survey.databases())));
            return ExitCode.FAILED;
        }
        write(proposal.all(tables));
        Proposal.leftOut(tables).forEach((what, reason) -> System.out.println("left out: " + what + ": " + reason));
        System.out.println(Findings.count(Proposal.taken(tables).size(), "table") + " of " + String.join(", ", from.databases())
                + "; go on with " + into.resolve("README.md"));
        if (left > 0) {
            System.err.println(left + (left == 1 ? " file was" : " files were") + " there already with another text, and left as "
                    + (left == 1 ? "it is" : "they are"));
        }
        return left == 0 ? 0 : ExitCode.FAILED;
    }

    private void check(ServerAddress from, ServerAddress to, String called) {
        List<String> faults = new ArrayList<>();
        String brokers = SettingValues.fault(SettingType.BROKERS, kafka);
        if (brokers != null) {
            faults.add("--kafka " + brokers);
        }
        if (!called.matches("[a-z][a-z0-9-]*") || List.of("bactrian", "capture", "kamelets").contains(called)) {
            faults.add((name == null ? "the first database's name makes '" + called + "'" : "--name is '" + called + "'")
                    + ", which cannot name a source; give another --name, of lower-case letters, digits and dashes, "
                    + "beginning with a letter");
        }
        if (to.databases().size() != 1) {
            faults.add("--warehouse names " + to.databases().size() + " " + to.engine().addresses().word() + "; expected one");
        }
        if (from.engine().source().orElseThrow().proposals().captures(from, to)) {
            faults.add(
                    "--warehouse is in what --source captures; its own rows would come back as changes, for ever. "
                            + "Give the warehouse a database of its own");
        }
        if (Files.exists(into) && !Files.isDirectory(into)) {
            faults.add("--into is '" + into + "', which is a file; expected a folder, or a name that is not taken");
        }
        if (!faults.isEmpty()) {
            throw new ConfigurationException(faults);
        }
    }

    private static String password(String called) {
        String variable = Setting.variable("bactrian.source." + called + ".password");
        String given = System.getenv(variable);
        if (given != null) {
            return given;
        }
        Console console = System.console();
        char[] typed = console == null ? null : console.readPassword("Password of the source's user (or set %s): ", variable);
        if (typed == null) {
            throw new ConfigurationException(List.of("the password of the source's user is not known; set " + variable));
        }
        return new String(typed);
    }

    private void write(Map<String, String> files) {
        files.forEach((file, text) -> {
            Path path = into.resolve(file);
            try {
                if (Files.exists(path)) {
                    boolean same = Files.readString(path).equals(text);
                    left += same ? 0 : 1;
                    System.out.println("left as it is: " + path + (same ? "" : " (another text was proposed)"));
                } else {
                    Files.createDirectories(path.toAbsolutePath().getParent());
                    Files.writeString(path, text);
                    System.out.println("wrote " + path);
                }
            } catch (IOException e) {
                throw new UncheckedIOException("could not write " + path, e);
            }
        });
    }
}
