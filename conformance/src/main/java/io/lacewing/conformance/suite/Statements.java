package io.lacewing.conformance.suite;

import io.lacewing.conformance.suite.Statement.Binding;
import io.lacewing.conformance.wire.Version;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * The statements of both standards. They stand in text files, one per chapter, a line each:
 *
 * <pre>
 * MQTT-3.1.0-2 | server | A second CONNECT on a network connection is a protocol error: ...
 * MQTT-4.1.0-1 | construction: what makes it so | ...
 * MQTT-3.1.0-1 | client | ...
 * </pre>
 */
public final class Statements {
    private static final List<String> CHAPTERS =
            List.of("1-2", "3.1-3.2", "3.3-3.7", "3.8-3.11", "3.12-3.15", "4", "4.7-4.13", "6-7");

    private Statements() {}

    /** All statements of a version, in the standard's order. */
    public static List<Statement> of(Version version) {
        List<Statement> all = new ArrayList<>();
        for (String chapter : CHAPTERS) {
            for (String line : lines(version, chapter + ".txt")) {
                all.add(statement(line));
            }
        }
        return all;
    }

    /** The ids that the standard has, in its order: what {@link #of} must be complete against. */
    public static List<String> ids(Version version) {
        return lines(version, "ids.txt");
    }

    private static Statement statement(String line) {
        String[] parts = line.split("\\s*\\|\\s*", 3);
        if (parts.length != 3 || parts[2].isBlank()) {
            throw new IllegalStateException("not a statement: " + line);
        }
        String binding = parts[1].strip();
        if (binding.startsWith("construction:")) {
            String where = binding.substring("construction:".length()).strip();
            return new Statement(parts[0].strip(), Binding.CONSTRUCTION, where, parts[2].strip());
        }
        Binding whom = switch (binding) {
            case "server" -> Binding.SERVER;
            case "client" -> Binding.CLIENT;
            default ->
                throw new IllegalStateException("a statement binds server or client, or is by construction: " + line);
        };
        return new Statement(parts[0].strip(), whom, "", parts[2].strip());
    }

    private static List<String> lines(Version version, String file) {
        String directory = version == Version.V3 ? "v3/" : "v5/";
        String path = "/io/lacewing/conformance/statements/" + directory + file;
        try (InputStream in = Statements.class.getResourceAsStream(path)) {
            if (in == null) {
                return List.of();
            }
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
