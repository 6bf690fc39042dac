package io.lacewing.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.conformance.cases.AllCases;
import io.lacewing.conformance.suite.Case;
import io.lacewing.conformance.suite.Statement;
import io.lacewing.conformance.suite.Statements;
import io.lacewing.conformance.suite.Trial;
import io.lacewing.conformance.wire.Version;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds the tables in {@code docs/conformance.md} equal to the suite. To rewrite them: {@code mvn test -pl conformance
 * -Dtest=ConformancePageTest -Dlacewing.docs.write=true}.
 */
class ConformancePageTest {
    private static final String MARK =
            "<!-- Below here the page is written by ConformancePageTest from the suite. -->\n";
    private static final Path PAGE = Path.of("../docs/conformance.md");

    @Test
    void thePageListsTheStatementsAsTheSuiteHasThem() throws IOException {
        String page = Files.readString(PAGE);
        StringBuilder tables = new StringBuilder(page.substring(0, page.indexOf(MARK) + MARK.length()));
        for (Version version : Version.values()) {
            table(version, tables);
        }
        known(tables);
        if (Boolean.getBoolean("lacewing.docs.write")) {
            Files.writeString(PAGE, tables);
            return;
        }
        assertEquals(
                tables.toString(), page, "docs/conformance.md is not the suite; this class tells how to rewrite it");
    }

    private static void table(Version version, StringBuilder out) {
        List<Case> cases = AllCases.list();
        out.append("\n## MQTT ").append(version).append("\n\n");
        out.append("| statement | what it asks for | held by |\n|---|---|---|\n");
        for (Statement statement : Statements.of(version)) {
            out.append("| ")
                    .append(statement.id())
                    .append(" | ")
                    .append(statement.words())
                    .append(" | ");
            out.append(how(statement, version, cases)).append(" |\n");
        }
    }

    /** What another broker does otherwise, and why the suite asks for something else. */
    private static void known(StringBuilder out) throws IOException {
        Set<String> trials = new HashSet<>();
        for (Case each : AllCases.list()) {
            for (Version version : Version.values()) {
                trials.add(new Trial(each, version).toString());
            }
        }
        out.append("\n## Mosquitto 2.0.11, as Debian has it\n\nTrials that it fails, and why.\n\n");
        out.append("| trial | what it does, and what the standard says |\n|---|---|\n");
        for (String line : Files.readAllLines(Path.of("known/mosquitto-2.0.11.txt"))) {
            if (!line.startsWith("#")) {
                String[] parts = line.split("\\s*\\|\\s*", 2);
                assertEquals(2, parts.length, line);
                String trial = parts[0].startsWith("? ") ? parts[0].substring(2) : parts[0];
                assertTrue(trials.contains(trial), "no trial: " + line);
                out.append("| `")
                        .append(parts[0])
                        .append("` | ")
                        .append(parts[1])
                        .append(" |\n");
            }
        }
    }

    private static String how(Statement statement, Version version, List<Case> cases) {
        String names = cases.stream()
                .filter(each -> each.statements(version).contains(statement.id()))
                .map(each -> "`" + each.name() + "`")
                .collect(Collectors.joining(", "));
        return switch (statement.binding()) {
            case SERVER -> names;
            case CONSTRUCTION -> "by construction: " + statement.where() + (names.isEmpty() ? "" : "; " + names);
            case CLIENT -> "binds only clients";
        };
    }
}
