package io.lacewing.node;

import io.lacewing.node.auth.ChallengeMechanism;
import java.util.Map;
import picocli.CommandLine;

/**
 * {@code lacewing start} with {@link ChallengeMechanism}, for suites that test a broker from outside; takes the same
 * options.
 */
public final class AuthenticatingNode {
    private AuthenticatingNode() {}

    /** Starts a node, which goes on after this returns; the arguments are those after {@code lacewing start}. */
    public static void main(String[] args) {
        LoggingConfigurator.routeLibraries();
        StartCommand start = new StartCommand(Map.of(ChallengeMechanism.NAME, new ChallengeMechanism()));
        int exitCode = new CommandLine(start).execute(args);
        if (exitCode != ExitCode.OK) {
            System.exit(exitCode);
        }
    }
}
