package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/**
 * Holds the tables in {@code docs/configuration.md} equal to the table of keys. To rewrite them: {@code mvn test -pl node
 * -am -Dtest=ConfigurationPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dlacewing.docs.write=true}.
 */
class ConfigurationPageTest {
    private static final String MARK =
            "<!-- Below here the page is written by ConfigurationPageTest from the table of keys. -->\n";
    private static final Path PAGE = Path.of("../docs/configuration.md");

    @Test
    void thePageListsTheKeysAsTheyAre() throws IOException {
        String page = Files.readString(PAGE);
        String expected = page.substring(0, page.indexOf(MARK) + MARK.length()) + reference();
        if (Boolean.getBoolean("lacewing.docs.write")) {
            Files.writeString(PAGE, expected);
            return;
        }
        assertEquals(
                expected, page, "docs/configuration.md is not what the keys say; this class tells how to rewrite it");
    }

    private static String reference() {
        StringBuilder text = new StringBuilder();
        String section = "";
        for (Key<?> key : Schema.KEYS) {
            String own = key.name().substring(0, key.name().indexOf('.')).replace("[]", "");
            if (!own.equals(section)) {
                section = own;
                text.append("\n## ")
                        .append(section)
                        .append("\n\n| key | default | allowed | meaning |\n|---|---|---|---|\n");
            }
            text.append(row(key));
        }
        return text.toString();
    }

    private static String row(Key<?> key) {
        String fallback = key.fallback() == null ? "" : "`" + key.fallback() + "`";
        return java.util.stream.Stream.of(
                        "`" + key.name() + "`", fallback, key.type().allowed(), key.doc())
                .collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
