package io.lacewing.node;

import io.lacewing.conformance.fuzz.FuzzReport;
import io.lacewing.conformance.fuzz.Fuzzer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lacewing fuzz}: sends a broker, any broker, what no client in its right mind would. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "fuzz",
        description = {
            "Send malformed packets to a broker, any broker, each on a connection of its own.",
            "It must close each connection whose client has, and answer by packets that are in order.",
            "The same seed gives the same inputs. Not for a broker that others use."
        })
final class FuzzCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--host", paramLabel = "HOST", description = "Where the broker is. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(names = "--port", paramLabel = "PORT", split = ",", description = "Its port, or ports. Default: 1883.")
    private List<Integer> ports = List.of(1883);

    @Option(names = "--inputs", paramLabel = "N", description = "How many inputs. Default: ${DEFAULT-VALUE}.")
    private long inputs = 100_000;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the first input. Default: another each time.")
    private @Nullable Long seed;

    @Option(names = "--parallel", paramLabel = "N", description = "Connections at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel = 100;

    @Option(
            names = "--patience",
            paramLabel = "S",
            description = "Seconds in which the broker must have closed a connection. Default: ${DEFAULT-VALUE}.")
    private int patience = 10;

    @Override
    public Integer call() throws StartException {
        BrokerOptions.checkPositive("--inputs", inputs);
        BrokerOptions.checkPositive("--parallel", parallel);
        BrokerOptions.checkPositive("--patience", patience);
        List<InetSocketAddress> addresses = BrokerOptions.addresses("--port", host, ports);
        for (InetSocketAddress address : addresses) {
            checkReachable(address);
        }
        PrintWriter out = spec.commandLine().getOut();
        long first = seed == null ? ThreadLocalRandom.current().nextInt(Integer.MAX_VALUE) : seed;
        out.println("seeds " + first + " to " + (first + inputs - 1));
        out.flush();
        try {
            FuzzReport report = new Fuzzer(addresses, parallel, Duration.ofSeconds(patience))
                    .run(first, inputs, Duration.ofDays(1));
            report.print(out);
            return report.failures().isEmpty() ? ExitCode.OK : ExitCode.FAILURE;
        } catch (UncheckedIOException e) {
            throw StartException.failure("the broker can't be reached: " + e.getMessage(), e);
        }
    }

    private void checkReachable(InetSocketAddress address) throws StartException {
        if (address.isUnresolved()) {
            throw StartException.failure("the broker can't be reached: no address is known for the host " + host, null);
        }
        try (Socket socket = new Socket()) {
            socket.connect(address, (int) Math.min(Duration.ofSeconds(patience).toMillis(), Integer.MAX_VALUE));
        } catch (IOException e) {
            throw StartException.failure(
                    "the broker can't be reached: " + host + ":" + address.getPort() + ": " + e.getMessage(), e);
        }
    }
}
