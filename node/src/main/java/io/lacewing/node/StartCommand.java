package io.lacewing.node;

import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.config.NodeConfig;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code lacewing start}: one node, in the foreground, until a signal ends it. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "start",
        description = "Start a node; it runs until it gets SIGTERM or SIGINT (Ctrl-C).")
final class StartCommand implements Callable<Integer> {
    private final Map<String, Mechanism> mechanisms;

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    @Option(
            names = "--ports-file",
            paramLabel = "FILE",
            description = "When ready, write the ports bound to FILE, a line name=port for each listener and http.")
    private @Nullable Path portsFile;

    @Option(
            names = "--stop-with-parent",
            hidden = true,
            description = "Stop when the process that started this one ends.")
    private boolean stopWithParent;

    StartCommand() {
        this(Map.of());
    }

    /** Starts a node that has these methods of enhanced authentication. */
    StartCommand(Map<String, Mechanism> mechanisms) {
        this.mechanisms = mechanisms;
    }

    @Override
    public Integer call() throws StartException {
        NodeConfig config = options.load();
        LoggingConfigurator.apply(config.monitoring().log());
        Logger log = LoggerFactory.getLogger(Node.class);
        NodeRunner runner = new NodeRunner(config, mechanisms, new NodeRunner.Outcome() {
            @Override
            public void ready(Map<String, Integer> ports) throws StartException {
                writePorts(ports);
            }

            @Override
            public void ended(StartException why) {
                log.error("the node can't join its cluster again and ends: {}", why.getMessage());
                System.exit(why.exitCode());
            }
        });
        Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(runner, log), "stop"));
        if (stopWithParent) {
            ProcessHandle.current().parent().ifPresent(StartCommand::stopAfter);
        }
        runner.start();
        log.info("ready in {} ms", ManagementFactory.getRuntimeMXBean().getUptime());
        return ExitCode.OK;
    }

    private static void stopAfter(ProcessHandle parent) {
        parent.onExit().thenRun(() -> System.exit(ExitCode.OK)).exceptionally(problem -> {
            LoggerFactory.getLogger(Node.class).warn("can't tell when the parent process ends", problem);
            return null;
        });
    }

    private static void stop(NodeRunner runner, Logger log) {
        if (runner.stop()) {
            log.info("stopped");
        }
    }

    /** Written beside and moved: who sees the file sees all of it. */
    private void writePorts(Map<String, Integer> ports) throws StartException {
        if (portsFile == null) {
            return;
        }
        String text = new TreeMap<>(ports)
                .entrySet().stream()
                        .map(entry -> entry.getKey() + "=" + entry.getValue() + "\n")
                        .collect(Collectors.joining());
        try {
            Path draft = Path.of(portsFile + ".new");
            Files.writeString(draft, text);
            Files.move(draft, portsFile, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StartException.failure("--ports-file " + portsFile + " can't be written: " + e, e);
        }
    }
}
