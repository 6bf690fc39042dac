package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.palantir.javaformat.java.Formatter;
import com.palantir.javaformat.java.FormatterException;
import com.palantir.javaformat.java.JavaFormatterOptions;
import com.palantir.javaformat.java.RemoveUnusedImports;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * How the source of all modules looks. It is a test, and not a build plugin, because the formatter parses with the compiler
 * of the JDK that it runs on, and tests run on the one that the build has chosen. With {@code -Dlacewing.format=write} it
 * formats instead of complaining: {@code mvn test -pl node -am -Dtest=StyleTest -Dsurefire.failIfNoSpecifiedTests=false
 * -Dlacewing.format=write}.
 */
class StyleTest {
    private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
    private static final List<String> MODULES =
            List.of("router", "persistence", "cluster", "conformance", "node", "lab", "bench");
    private static final int MAX_LINES = 500;

    @Test
    void everyFileIsFormatted() throws IOException, FormatterException {
        boolean write = "write".equals(System.getProperty("lacewing.format"));
        Formatter formatter = Formatter.createFormatter(JavaFormatterOptions.builder()
                .style(JavaFormatterOptions.Style.PALANTIR)
                .build());
        List<Path> wrong = new ArrayList<>();
        for (Path file : sources()) {
            String text = Files.readString(file);
            String formatted = formatter.formatSource(RemoveUnusedImports.removeUnusedImports(text));
            if (!formatted.equals(text)) {
                wrong.add(ROOT.relativize(file));
                if (write) {
                    Files.writeString(file, formatted);
                }
            }
        }
        if (!write) {
            assertEquals(List.of(), wrong, "not formatted: see the comment of this test for how to");
        }
    }

    @Test
    void noFileOfTheProductIsTooLongToHoldInOnesHead() throws IOException {
        List<String> tooLong = new ArrayList<>();
        for (Path file : sources()) {
            int lines = Files.readAllLines(file).size();
            if (lines > MAX_LINES && file.toString().contains("/src/main/")) {
                tooLong.add(ROOT.relativize(file) + ": " + lines);
            }
        }
        assertEquals(List.of(), tooLong, "longer than " + MAX_LINES + " lines");
    }

    private static List<Path> sources() throws IOException {
        List<Path> found = new ArrayList<>();
        for (String module : MODULES) {
            Path source = ROOT.resolve(module).resolve("src");
            if (Files.isDirectory(source)) {
                try (Stream<Path> files = Files.walk(source)) {
                    files.filter(file -> file.toString().endsWith(".java"))
                            .sorted()
                            .forEach(found::add);
                }
            }
        }
        return found;
    }
}
