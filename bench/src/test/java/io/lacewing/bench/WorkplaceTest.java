package io.lacewing.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkplaceTest {
    private static final ProcessBuilder ENDLESS = new ProcessBuilder("sleep", "600");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path parent;

    @Test
    void closedNothingIsLeft() throws IOException {
        Workplace workplace = new Workplace(parent);
        Process process = workplace.start(ENDLESS);
        Files.writeString(
                Files.createDirectories(workplace.dir().resolve("n1/data")).resolve("file"), "x");
        assertTrue(process.isAlive());

        workplace.close();
        assertFalse(process.isAlive());
        try (Stream<Path> left = Files.list(parent)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void closedItStartsNothing() throws IOException {
        Workplace workplace = new Workplace(parent);
        workplace.close();
        workplace.close();
        assertThrows(IOException.class, () -> workplace.start(ENDLESS));
    }
}
