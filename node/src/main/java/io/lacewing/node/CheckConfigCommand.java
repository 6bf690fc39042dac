package io.lacewing.node;

import io.lacewing.node.audit.Audit;
import io.lacewing.node.config.ConfigLoader;
import io.lacewing.node.config.ConfigSources;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.config.PeerTlsConfig;
import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.tls.PeerTls;
import io.lacewing.node.tls.TlsException;
import io.lacewing.node.tls.TlsMaterial;
import io.lacewing.node.tls.TlsNames;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code lacewing check-config FILE}: reads the configuration as a start would, and starts nothing. */
@Command(
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        name = "check-config",
        description = "Check a configuration file, together with the environment, and warn of what is weak.")
final class CheckConfigCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(paramLabel = "FILE", description = "YAML file to check.")
    private Path file = Path.of("");

    @Option(names = "--strict", description = "Weak settings are errors.")
    private boolean strict;

    @Override
    public Integer call() throws StartException {
        NodeConfig config = ConfigLoader.load(new ConfigSources(file, System.getenv(), List.of()));
        AuthPart.check(config.auth(), AuthPart.listeners(config));
        List<String> warnings = new ArrayList<>();
        try {
            Audit.check(config.monitoring().audit());
            checkTls(config, warnings);
        } catch (TlsException e) {
            throw StartException.configuration(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            throw StartException.configuration("audit.file: " + e.getMessage(), e);
        }
        warnings.addAll(WeakSettings.of(config));
        warnings.forEach(warning -> spec.commandLine().getErr().println("warning: " + warning));
        if (strict && !warnings.isEmpty()) {
            throw StartException.configuration(
                    file + ": has " + warnings.size() + " warnings, and --strict is set", null);
        }
        spec.commandLine().getOut().println(file + ": no problems found");
        return ExitCode.OK;
    }

    /** The files are part of what is configured: what a start would say of them is said here. */
    private static void checkTls(NodeConfig config, List<String> warnings) throws TlsException, StartException {
        Instant now = Instant.now();
        warnings.addAll(HttpPart.check(config, now));
        for (int i = 0; i < config.listeners().size(); i++) {
            TlsConfig tls = config.listeners().get(i).tls();
            if (tls != null) {
                warnings.addAll(TlsMaterial.read(tls, new TlsNames.Listener("listeners." + i))
                        .warnings(now));
            }
        }
        PeerTlsConfig peers = config.cluster().tls();
        if (peers != null && config.cluster().enabled()) {
            warnings.addAll(PeerTls.check(peers, now));
        }
    }
}
