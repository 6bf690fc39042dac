package io.lacewing.node;

import io.lacewing.node.config.ConfigLoader;
import io.lacewing.node.config.ConfigSources;
import io.lacewing.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lacewing check-config FILE}: reads the configuration as a start would, and starts nothing. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "check-config",
        description = "Check a configuration file, together with the environment.")
final class CheckConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "YAML file to check.")
    private Path file = Path.of("");

    @Override
    public Integer call() throws StartException {
        NodeConfig config = ConfigLoader.load(new ConfigSources(file, System.getenv(), List.of()));
        AuthPart.check(config.auth());
        spec.commandLine().getOut().println(file + ": no problems found");
        return ExitCode.OK;
    }
}
