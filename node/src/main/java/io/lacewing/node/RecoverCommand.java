package io.lacewing.node;

import io.vertx.core.json.JsonObject;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lacewing recover}: goes on without nodes that never come back. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "recover",
        description = {
            "Tell what is closed because nodes are missing; with --force, go on without them.",
            "Takes the options of the start of the node on this machine."
        })
final class RecoverCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions node = new AdminOptions();

    @Option(
            names = "--force",
            description =
                    "Open what is closed from the copies that are here, and let the nodes that are here decide alone."
                            + " What only the missing nodes have is given up.")
    private boolean force;

    @Override
    public Integer call() throws StartException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        node.ask(new JsonObject().put("order", force ? "recover" : "status")).forEach(out::println);
        if (!force) {
            out.println(
                    "Nothing was changed. With --force what is closed is opened from the copies that are here, and what"
                            + " only missing nodes have is lost: first make sure that none of them runs or can come back.");
        }
        out.flush();
        return ExitCode.OK;
    }
}
