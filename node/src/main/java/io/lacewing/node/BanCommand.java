package io.lacewing.node;

import io.lacewing.node.config.Quantity;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lacewing ban KIND VALUE}: keeps a client out of the whole cluster. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "ban",
        description = {
            "Keep a client id, a user or an address out of the cluster; who is connected is disconnected.",
            "Takes the options of the start of the node on this machine."
        })
final class BanCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Mixin
    private AdminOptions node = new AdminOptions();

    @Parameters(index = "0", paramLabel = "KIND", description = "client-id, user or address.")
    private String kind = "";

    @Parameters(
            index = "1",
            paramLabel = "VALUE",
            description = "The client id, the user name, or an IP address or range, as 192.0.2.0/24.")
    private String value = "";

    @Option(
            names = "--for",
            paramLabel = "DURATION",
            description = "How long, as 30m, 12h or 7d. Without it until it is lifted.")
    private @Nullable String length;

    @Option(names = "--reason", paramLabel = "TEXT", description = "Why, for those who list the bans.")
    private String reason = "";

    @Override
    public Integer call() throws StartException, InterruptedException {
        JsonObject order = order("ban", kind, value).put("reason", reason);
        if (length != null) {
            order.put("forMillis", millis(length));
        }
        node.ask(order).forEach(spec.commandLine().getOut()::println);
        return ExitCode.OK;
    }

    private long millis(String text) {
        Duration parsed = Quantity.parseDuration(text);
        if (parsed == null || parsed.isZero()) {
            throw new ParameterException(
                    spec.commandLine(), "--for: must be a duration such as 30m, 12h or 7d, not " + text);
        }
        return parsed.toMillis();
    }

    /** The order by who runs the command. */
    static JsonObject order(String name, String kind, String value) {
        return new JsonObject()
                .put("order", name)
                .put("kind", kind)
                .put("value", value)
                .put("by", System.getProperty("user.name", "an operator"));
    }
}
