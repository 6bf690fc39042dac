package io.lacewing.node.config;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration: a line of the table that drives parsing, validation and the reference in
 * {@code docs/configuration.md}.
 *
 * @param name the full name; {@code []} stands for the index in a list, as in {@code listeners[].port}
 * @param type what values it takes
 * @param fallback the default as one would write it, or null if it has none or it is computed
 * @param doc one line; says what holds without a value if {@code fallback} is null
 * @param <T> the type of its value
 */
public record Key<T>(String name, KeyType<T> type, @Nullable String fallback, String doc) {
    static final String ENVIRONMENT_PREFIX = "LACEWING_";

    /** The name with the indices in place of {@code []}, the outermost first. */
    String at(int... indices) {
        String path = name;
        for (int index : indices) {
            path = path.replaceFirst("\\[]", "." + index);
        }
        return path;
    }

    /**
     * The environment variable that sets a name: {@code LACEWING_} and the name in upper case, where each dot, and each
     * change from a small to a capital letter, becomes an underscore.
     */
    static String environmentName(String name) {
        String words = name.replaceAll("([a-z0-9])([A-Z])", "$1_$2").replace('.', '_');
        return ENVIRONMENT_PREFIX + words.toUpperCase(Locale.ROOT);
    }
}
