package io.lacewing.node;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lacewing unban KIND VALUE}: lifts a ban, an automatic one too. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "unban",
        description = {"Lift a ban.", "Takes the options of the start of the node on this machine."})
final class UnbanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions node = new AdminOptions();

    @Parameters(index = "0", paramLabel = "KIND", description = "client-id, user or address.")
    private String kind = "";

    @Parameters(index = "1", paramLabel = "VALUE", description = "As `lacewing bans` names it.")
    private String value = "";

    @Override
    public Integer call() throws StartException, InterruptedException {
        node.ask(BanCommand.order("unban", kind, value))
                .forEach(spec.commandLine().getOut()::println);
        return ExitCode.OK;
    }
}
