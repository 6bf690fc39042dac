package io.lacewing.node;

import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code lacewing demo}: a cluster of processes on this machine, until a signal ends it. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "demo",
        description = "Start a cluster of nodes on this machine, to try things out. Its data goes when it ends.")
final class DemoCommand implements Callable<Integer> {
    private static final int MOST_NODES = 9;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(
            names = "--nodes",
            paramLabel = "N",
            defaultValue = "3",
            description = "How many nodes, 1 to 9. Default: 3.")
    private int nodes;

    @Option(
            names = "--base-port",
            paramLabel = "PORT",
            defaultValue = "1883",
            description = "MQTT port of the first node; the next nodes take the next ports. Default: 1883.")
    private int basePort;

    @Override
    public Integer call() throws IOException, StartException {
        if (nodes < 1 || nodes > MOST_NODES) {
            throw new ParameterException(spec.commandLine(), "--nodes must be 1 to " + MOST_NODES);
        }
        if (basePort < 1 || basePort + nodes - 1 > 65_535) {
            throw new ParameterException(spec.commandLine(), "--base-port must leave room for all nodes below 65536");
        }
        for (int i = 0; i < nodes; i++) {
            DemoPorts.requireFree(basePort + i);
        }
        Demo demo =
                new Demo(DemoPorts.choose(basePort, nodes), spec.commandLine().getOut());
        Runtime.getRuntime().addShutdownHook(new Thread(demo::stop, "stop"));
        demo.start();
        return demo.awaitEnd();
    }
}
