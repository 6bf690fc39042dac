package io.lacewing.node.config;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;

/** Reads the sources into one {@link NodeConfig}, or refuses with one line that says what is wrong and where. */
public final class ConfigLoader {
    /** Variables that Kubernetes puts into every pod for a service that is named like the broker. */
    private static final Pattern SERVICE_LINK =
            Pattern.compile("LACEWING_(.*_)?(SERVICE_(HOST|PORT(_.*)?)|PORT_[0-9]+_(TCP|UDP|SCTP)(_.*)?)");

    private static final String LAUNCHER_OPTIONS = "LACEWING_JAVA_OPTS";

    private ConfigLoader() {}

    /**
     * Reads, lays over each other and checks.
     *
     * @throws ConfigException if a source can't be read or a value is not allowed
     */
    public static NodeConfig load(ConfigSources sources) {
        Settings settings = new Settings();
        ListenerConfig.putDefaults(settings);
        Path file = sources.file();
        if (file != null) {
            readFile(file, settings);
        }
        readEnvironment(sources.environment(), settings);
        for (String set : sources.sets()) {
            readSet(set, settings);
        }
        return NodeConfig.from(settings);
    }

    private static void readFile(Path file, Settings settings) {
        String yaml;
        try {
            yaml = Files.readString(file);
        } catch (IOException e) {
            throw new ConfigException(file + ": can't be read: " + reason(file, e));
        }
        new YamlSource(
                        mark -> mark.map(at -> file + ":" + (at.getLine() + 1) + ":" + (at.getColumn() + 1))
                                .orElse(file.toString()),
                        settings)
                .read(yaml, "");
    }

    private static String reason(Path file, IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file";
            case AccessDeniedException denied -> "access denied";
            case CharacterCodingException malformed -> "it is not UTF-8 text";
            default -> Files.isDirectory(file) ? "it is a directory" : String.valueOf(e.getMessage());
        };
    }

    private static void readEnvironment(Map<String, String> environment, Settings settings) {
        // Shorter names first: LACEWING_LISTENERS comes before LACEWING_LISTENERS_9_PORT, and that before 10.
        Map<String, String> sorted =
                new TreeMap<>(Comparator.comparingInt(String::length).thenComparing(Comparator.naturalOrder()));
        sorted.putAll(environment);
        for (Map.Entry<String, String> variable : sorted.entrySet()) {
            String name = variable.getKey();
            String path = name.startsWith(Key.ENVIRONMENT_PREFIX) ? Schema.pathOfVariable(name) : null;
            if (path != null) {
                put(path, variable.getValue(), "environment " + name, settings);
            } else if (isMeantForUs(name, variable.getValue())) {
                throw Schema.unknownVariable(name);
            }
        }
    }

    private static boolean isMeantForUs(String name, String value) {
        return name.startsWith(Key.ENVIRONMENT_PREFIX)
                && !name.equals(LAUNCHER_OPTIONS)
                && !SERVICE_LINK.matcher(name).matches()
                && !(name.endsWith("_PORT") && value.contains("://"));
    }

    private static void readSet(String set, Settings settings) {
        int equals = set.indexOf('=');
        if (equals <= 0) {
            throw new ConfigException("--set " + set + ": must be key=value");
        }
        put(set.substring(0, equals), set.substring(equals + 1), "--set", settings);
    }

    /** A key's text is taken as it is; the text of a list or a section is YAML. */
    private static void put(String path, String text, String origin, Settings settings) {
        Schema.Kind kind = Schema.kind(path);
        if (kind == null) {
            throw Schema.unknown(origin, path);
        }
        switch (kind) {
            case KEY -> settings.put(new Setting(path, text, origin));
            case SECTION, LIST -> new YamlSource(mark -> origin + " " + path, settings).read(text, path);
        }
    }
}
