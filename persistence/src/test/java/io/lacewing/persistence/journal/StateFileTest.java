package io.lacewing.persistence.journal;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateFileTest {
    private static final byte[] OLD = {1, 2, 3};
    private static final byte[] NEW = {4, 5, 6, 7};

    @TempDir
    private Path temp;

    @Test
    void givesBackWhatWasWrittenLast() throws Exception {
        Path path = temp.resolve("deep/er/cluster.state");
        StateFile file = new StateFile(path, Disk.real());
        assertEquals(Optional.empty(), file.read());
        file.write(OLD);
        assertArrayEquals(OLD, file.read().orElseThrow());
        file.write(new byte[0]);
        assertArrayEquals(new byte[0], file.read().orElseThrow());
        file.write(NEW);
        assertArrayEquals(NEW, new StateFile(path, Disk.real()).read().orElseThrow());
    }

    @Test
    void corruptBytesAreNamed() throws Exception {
        Path path = temp.resolve("cluster.state");
        StateFile file = new StateFile(path, Disk.real());
        file.write(OLD);
        byte[] whole = Files.readAllBytes(path);
        for (int at = 0; at < whole.length; at++) {
            byte[] flipped = whole.clone();
            flipped[at] ^= 16;
            Files.write(path, flipped);
            JournalException e = assertThrows(JournalException.class, file::read);
            assertTrue(String.valueOf(e.getMessage()).startsWith(path + " is corrupt"), e.getMessage());
            Files.write(path, Arrays.copyOf(whole, at));
            assertThrows(JournalException.class, file::read);
        }
    }

    @Test
    void anotherVersionIsRefused() throws Exception {
        Path path = temp.resolve("cluster.state");
        StateFile file = new StateFile(path, Disk.real());
        file.write(OLD);
        byte[] bytes = Files.readAllBytes(path);
        ByteBuffer out = ByteBuffer.wrap(bytes).putInt(4, 2);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, bytes.length - 4);
        out.putInt(bytes.length - 4, (int) crc.getValue());
        Files.write(path, bytes);
        JournalException e = assertThrows(JournalException.class, file::read);
        assertTrue(String.valueOf(e.getMessage()).contains("version 2; this build knows 1"), e.getMessage());
    }

    /** Killed within any call, or the machine goes down: the old content or the new. */
    @Test
    void isReplacedAsAWhole() throws Exception {
        int old = 0;
        int replaced = 0;
        for (int seed = 0; seed < 300; seed++) {
            SimulatedDisk disk = new SimulatedDisk(new Random(seed));
            StateFile file = new StateFile(Path.of("/data/cluster.state"), disk);
            file.write(OLD);
            disk.killIn = seed % 7;
            boolean written = false;
            try {
                file.write(NEW);
                written = true;
            } catch (SimulatedDisk.Killed e) {
                assertTrue(seed % 7 < 6);
            }
            if (seed % 2 == 0) {
                disk.machineGoesDown();
            } else {
                disk.processEnds();
            }
            byte[] now = file.read().orElseThrow();
            assertArrayEquals(written || now.length == NEW.length ? NEW : OLD, now);
            old += now.length == OLD.length ? 1 : 0;
            replaced += now.length == NEW.length ? 1 : 0;
            file.write(OLD);
        }
        assertTrue(old > 30 && replaced > 30, old + " old, " + replaced + " replaced");
    }

    @Test
    void aDiskThatFailsIsNamed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk(new Random(1));
        StateFile file = new StateFile(Path.of("/data/cluster.state"), disk);
        file.write(OLD);
        disk.capacity = disk.total();
        JournalException e = assertThrows(JournalException.class, () -> file.write(NEW));
        assertTrue(String.valueOf(e.getMessage()).startsWith("/data/cluster.state cannot be written"), e.getMessage());
        assertArrayEquals(OLD, file.read().orElseThrow());
    }
}
