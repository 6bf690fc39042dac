package io.lacewing.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lacewing version}. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "version",
        description = "Print the version of the broker and of the Java that runs it.")
final class VersionCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        spec.commandLine().getOut().println("Lacewing " + Version.current() + " on Java " + Runtime.version());
        return ExitCode.OK;
    }
}
