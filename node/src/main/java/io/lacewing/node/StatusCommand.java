package io.lacewing.node;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lacewing status}: what the node that runs here knows of its cluster. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "status",
        description = "Tell what the node on this machine knows of its cluster. Takes the options of its start.")
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions node = new AdminOptions();

    @Override
    public Integer call() throws StartException, InterruptedException {
        node.ask(new JsonObject().put("order", "status"))
                .forEach(spec.commandLine().getOut()::println);
        return ExitCode.OK;
    }
}
