package io.lacewing.node;

import io.lacewing.node.config.IdentityConfig;
import io.vertx.core.json.JsonObject;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lacewing forget-node}: a node that was taken away for good votes no more. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "forget-node",
        description = {
            "Take a node that was removed for good out of the vote.",
            "Takes the options of the start of the node on this machine."
        })
final class ForgetNodeCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions node = new AdminOptions();

    @Parameters(paramLabel = "NODE_ID", description = "The node's id, as `lacewing status` names it.")
    private String nodeId = "";

    @Override
    public Integer call() throws StartException, InterruptedException {
        if (!nodeId.matches(IdentityConfig.ID_PATTERN)) {
            throw StartException.configuration("NODE_ID = " + nodeId + ": no node has such an id", null);
        }
        node.ask(new JsonObject().put("order", "forget-node").put("node", nodeId))
                .forEach(spec.commandLine().getOut()::println);
        return ExitCode.OK;
    }
}
