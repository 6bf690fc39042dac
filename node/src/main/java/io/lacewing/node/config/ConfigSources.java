package io.lacewing.node.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Where the configuration comes from, the weakest first. A stronger source wins.
 *
 * @param file the configuration file, or null for none
 * @param environment the environment; variables that start with {@code LACEWING_} set keys
 * @param sets {@code key=value} of {@code --set}, in order; a later one wins
 */
public record ConfigSources(@Nullable Path file, Map<String, String> environment, List<String> sets) {
    /** Copies the collections. */
    public ConfigSources {
        environment = Map.copyOf(environment);
        sets = List.copyOf(sets);
    }
}
