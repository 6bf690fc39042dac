package io.lacewing.node;

import io.lacewing.conformance.cases.AllCases;
import io.lacewing.conformance.suite.Failure;
import io.lacewing.conformance.suite.Outcome;
import io.lacewing.conformance.suite.Report;
import io.lacewing.conformance.suite.Suite;
import io.lacewing.conformance.suite.Target;
import io.lacewing.conformance.suite.Target.Credentials;
import io.lacewing.conformance.suite.Trial;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code lacewing conformance}: holds a broker, any broker, against the statements of the standards. */
@Command(
        name = "conformance",
        description = "Test a broker, any broker, against each statement of MQTT 3.1.1 and 5.0 that binds a server.")
final class ConformanceCommand implements Callable<Integer> {
    private static final int SECONDS_OF_PATIENCE = 5;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Option(names = "--host", paramLabel = "HOST", description = "Where the broker is. Default: ${DEFAULT-VALUE}.")
    private String host = "127.0.0.1";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            split = ",",
            description = "Its port; of a cluster on one host the nodes' ports, and clients are spread. Default: 1883.")
    private List<Integer> ports = List.of(1883);

    @Option(
            names = "--ws-port",
            paramLabel = "PORT",
            split = ",",
            description = "Its port for WebSocket. Without it, cases of WebSocket are skipped.")
    private List<Integer> webSocketPorts = List.of();

    @Option(names = "--ws-path", paramLabel = "PATH", description = "Path of WebSocket. Default: ${DEFAULT-VALUE}.")
    private String path = "/mqtt";

    @Option(names = "--version", paramLabel = "3|5", description = "Only this version of MQTT: 3 for 3.1.1, 5 for 5.0.")
    private @Nullable String version;

    @Option(
            names = "--only",
            paramLabel = "ID",
            split = ",",
            description = "Only these statements, as MQTT-3.1.2-24, or cases, as connect.second.")
    private List<String> only = List.of();

    @Option(names = "--user", paramLabel = "NAME", description = "User name of each CONNECT.")
    private @Nullable String user;

    @Option(names = "--password", paramLabel = "PASSWORD", description = "Password of each CONNECT; needs --user.")
    private @Nullable String password;

    @Option(
            names = "--strict",
            description = "Ask for what the standards recommend, too: the right reason code before the close.")
    private boolean strict;

    @Option(
            names = "--known",
            paramLabel = "FILE",
            description = {
                "Trials that must fail, a line each, as 'connect.second 5.0'; text behind a | is ignored.",
                "One behind '? ' may pass as well."
            })
    private @Nullable Path known;

    @Option(names = "--parallel", paramLabel = "N", description = "Trials at a time. Default: ${DEFAULT-VALUE}.")
    private int parallel = 64;

    @Option(names = "--patience", paramLabel = "S", description = "Seconds for an answer. Default: ${DEFAULT-VALUE}.")
    private int patience = SECONDS_OF_PATIENCE;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help message and exit.")
    @SuppressWarnings(
            "UnusedVariable") // picocli sees it; --version is another option here, so the usual mixin can't be used
    private boolean help;

    @Option(names = "--list", description = "Print the cases with their statements, and test nothing.")
    private boolean list;

    @Override
    public Integer call() throws InterruptedException, StartException {
        PrintWriter out = spec.commandLine().getOut();
        checkOptions();
        List<Trial> trials = Suite.trials(AllCases.list(), versions(), only);
        Set<String> known = known();
        if (list) {
            trials.forEach(trial -> out.println(trial + " " + trial.ofCase().statements(trial.version()) + " "
                    + trial.ofCase().title()));
            out.flush();
            return ExitCode.OK;
        }
        long began = System.nanoTime();
        Report report = new Report(run(trials), known);
        report.print(out, Duration.ofNanos(System.nanoTime() - began));
        return report.isGood() ? ExitCode.OK : ExitCode.FAILURE;
    }

    private void checkOptions() throws StartException {
        BrokerOptions.checkPositive("--parallel", parallel);
        BrokerOptions.checkPositive("--patience", patience);
        if (!path.startsWith("/")) {
            throw StartException.configuration("--ws-path = " + path + ": must start with '/'", null);
        }
        if (password != null && user == null) {
            throw StartException.configuration("--password needs --user", null);
        }
        for (String id : only) {
            if (Suite.trials(AllCases.list(), versions(), List.of(id)).isEmpty()) {
                String of = version == null ? "" : " with --version " + version;
                throw StartException.configuration("no case proves " + id + of + " (see --list)", null);
            }
        }
    }

    private List<Outcome> run(List<Trial> trials) throws InterruptedException, StartException {
        String run = "l" + Long.toString(System.currentTimeMillis() % 2_000_000_000L, 36);
        try {
            return new Suite(target(), parallel, run).run(trials);
        } catch (Failure | UncheckedIOException e) {
            throw StartException.failure("the broker does not take a CONNECT: " + e.getMessage(), e);
        }
    }

    private Target target() throws StartException {
        byte[] secret = (password == null ? "" : password).getBytes(StandardCharsets.UTF_8);
        return new Target(
                BrokerOptions.addresses("--port", host, ports),
                BrokerOptions.addresses("--ws-port", host, webSocketPorts),
                path,
                user == null ? null : new Credentials(user, secret),
                null,
                Duration.ofSeconds(patience),
                strict);
    }

    private List<io.lacewing.conformance.wire.Version> versions() throws StartException {
        if (version == null) {
            return List.of(io.lacewing.conformance.wire.Version.values());
        }
        return switch (version) {
            case "3" -> List.of(io.lacewing.conformance.wire.Version.V3);
            case "5" -> List.of(io.lacewing.conformance.wire.Version.V5);
            default -> throw StartException.configuration("--version is 3 or 5, not " + version, null);
        };
    }

    private Set<String> known() throws StartException {
        if (known == null) {
            return Set.of();
        }
        Set<String> lines;
        try {
            lines = Files.readAllLines(known).stream()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .map(line -> line.split("\\|", 2)[0].strip())
                    .collect(Collectors.toSet());
        } catch (NoSuchFileException e) {
            throw StartException.configuration("--known: there is no file " + known, e);
        } catch (IOException e) {
            throw StartException.configuration("--known: " + known + " can't be read: " + e.getMessage(), e);
        }
        Set<String> trials =
                Suite.trials(AllCases.list(), List.of(io.lacewing.conformance.wire.Version.values()), List.of())
                        .stream()
                        .map(Trial::toString)
                        .collect(Collectors.toSet());
        for (String line : lines) {
            if (!trials.contains(line.startsWith("? ") ? line.substring(2) : line)) {
                throw StartException.configuration("--known: " + known + ": there is no trial " + line, null);
            }
        }
        return lines;
    }
}
