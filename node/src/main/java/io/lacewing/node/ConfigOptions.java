package io.lacewing.node;

import io.lacewing.node.config.ConfigLoader;
import io.lacewing.node.config.ConfigSources;
import io.lacewing.node.config.NodeConfig;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that give a node its configuration. */
final class ConfigOptions {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "YAML file; docs/configuration.md lists the keys. Without it the defaults hold.")
    private @Nullable Path file;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description =
                    "Set one key, e.g. --set listeners.0.port=1884. May be repeated; wins over environment and file.")
    private List<String> sets = new ArrayList<>();

    /** Reads the configuration, with this process's environment. */
    NodeConfig load() {
        return ConfigLoader.load(new ConfigSources(file, System.getenv(), sets));
    }
}
