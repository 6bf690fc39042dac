package io.lacewing.lab.nodes;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.lab.nodes.DataFiles.Damage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void filesAreOfOneKindIfOnlyNumbersDiffer() throws IOException {
        Files.createDirectory(dir.resolve("journal"));
        Files.write(dir.resolve("journal/0000000000000001.seg"), new byte[8]);
        Files.write(dir.resolve("journal/000000000000ab1f.seg"), new byte[8]);
        Files.write(dir.resolve("cluster.state"), new byte[8]);
        Files.createFile(dir.resolve("lock"));
        assertEquals(
                Set.of("journal/#.seg", "cluster.state"), DataFiles.kinds(dir).keySet());
        assertEquals(
                2,
                DataFiles.kinds(dir)
                        .getOrDefault("journal/#.seg", java.util.List.of())
                        .size());
        DataFiles.wipe(dir);
        assertEquals(Map.of(), DataFiles.kinds(dir));
    }

    @Test
    void aFlipChangesOneBitAndACutTheLength() throws IOException {
        Path file = Files.write(dir.resolve("file"), new byte[100]);
        DataFiles.damage(file, Damage.FLIP, new Random(1));
        int ones = 0;
        for (byte part : Files.readAllBytes(file)) {
            ones += Integer.bitCount(part & 0xFF);
        }
        assertEquals(1, ones);
        String said = DataFiles.damage(file, Damage.TRUNCATE, new Random(1));
        assertEquals("cut " + file + " from 100 to " + Files.size(file) + " bytes", said);
    }
}
