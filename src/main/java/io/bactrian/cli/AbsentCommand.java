package io.bactrian.cli;

import io.bactrian.settings.ExitCode;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;
import picocli.CommandLine.Unmatched;

/** Stands for a command that pages tell of and this installation does not have. */
@Command(hidden = true)
final class AbsentCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;
    /** Whatever it was called with. */
    @Unmatched
    private List<String> arguments;

    @Override
    public Integer call() {
        spec.commandLine().getErr().println("`" + spec.qualifiedName() + "` is not part of this installation, which only runs pipelines: "
                + "there is no demo/bactrian-demo.jar beside its bactrian.jar. Run it in a clone of Bactrian's repository, where "
                + "./bactrian builds both");
        return ExitCode.WRONG_INPUT;
    }
}
