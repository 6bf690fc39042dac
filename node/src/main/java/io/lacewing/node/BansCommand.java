package io.lacewing.node;

import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** {@code lacewing bans}: who is kept out of the cluster. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "bans",
        description = {"List the bans, the newest first.", "Takes the options of the start of the node on this machine."
        })
final class BansCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions node = new AdminOptions();

    @Override
    public Integer call() throws StartException, InterruptedException {
        node.ask(new JsonObject().put("order", "bans"))
                .forEach(spec.commandLine().getOut()::println);
        return ExitCode.OK;
    }
}
