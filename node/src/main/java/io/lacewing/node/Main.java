package io.lacewing.node;

import io.lacewing.node.config.ConfigException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParseResult;

/** The command line: {@code lacewing start | demo | status | recover | forget-node | passwd | check-config | conformance | fuzz |
 * version}. */
@Command(
        name = "lacewing",
        description = "A clustered MQTT broker.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            StartCommand.class,
            DemoCommand.class,
            StatusCommand.class,
            RecoverCommand.class,
            ForgetNodeCommand.class,
            BanCommand.class,
            UnbanCommand.class,
            BansCommand.class,
            PasswdCommand.class,
            CheckConfigCommand.class,
            ConformanceCommand.class,
            FuzzCommand.class,
            VersionCommand.class
        })
public final class Main {
    private static final String RENEGOTIATION = "jdk.tls.rejectClientInitiatedRenegotiation";

    private Main() {}

    /** Runs a command. A node or a demo goes on after this returns, until a signal ends the process. */
    public static void main(String[] args) {
        LoggingConfigurator.routeLibraries();
        refuseRenegotiation();
        int exitCode = execute(args);
        if (exitCode != ExitCode.OK) {
            System.exit(exitCode);
        }
    }

    /**
     * A client of TLS 1.2 could have the server calculate handshake after handshake on one connection. Java looks at this once,
     * before the first use of TLS.
     */
    private static void refuseRenegotiation() {
        if (System.getProperty(RENEGOTIATION) == null) {
            System.setProperty(RENEGOTIATION, "true");
        }
    }

    private static int execute(String[] args) {
        try {
            return commandLine().execute(args);
        } catch (Error e) {
            logger().debug("failed", e);
            System.err.println("lacewing: " + e);
            return ExitCode.FAILURE;
        }
    }

    /** The commands, ready to be executed; problems become one line on standard error and an exit code. */
    static CommandLine commandLine() {
        return reporting(new CommandLine(new Main()));
    }

    /** The same command, which reports problems as {@link #commandLine} says. */
    static CommandLine reporting(CommandLine command) {
        return command.setExecutionExceptionHandler(Main::report).setParameterExceptionHandler((problem, args) -> {
            problem.getCommandLine()
                    .getErr()
                    .println("lacewing: " + problem.getMessage() + " (see "
                            + problem.getCommandLine().getCommandSpec().qualifiedName() + " --help)");
            return ExitCode.CONFIGURATION;
        });
    }

    private static int report(Exception problem, CommandLine command, ParseResult parsed) {
        logger().debug("{} failed", command.getCommandName(), problem);
        String message = problem.getMessage() == null ? problem.toString() : problem.getMessage();
        int exitCode = switch (problem) {
            case ConfigException wrong -> ExitCode.CONFIGURATION;
            case StartException failed -> failed.exitCode();
            default -> {
                message = problem.toString();
                yield ExitCode.FAILURE;
            }
        };
        command.getErr().println("lacewing: " + message.lines().findFirst().orElse(""));
        return exitCode;
    }

    /** Not a constant: the libraries' logs must be routed before the first logger is made. */
    private static Logger logger() {
        return LoggerFactory.getLogger(Main.class);
    }
}
