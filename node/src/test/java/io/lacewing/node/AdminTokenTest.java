package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AdminTokenTest {
    @TempDir
    private Path dir = Path.of("");

    private final SecureRandom random = new SecureRandom();

    @Test
    void itIsNewAtEachStartAndForTheOwnerOnly() throws Exception {
        String first = AdminToken.create(dir, random);
        assertEquals(first, AdminToken.read(dir));
        assertTrue(first.matches("[0-9a-f]{64}"), first);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.resolve("admin.token"))));
        assertNotEquals(first, AdminToken.create(dir, random));
        assertNotEquals(first, AdminToken.read(dir));
    }

    @Test
    void withoutItTheCommandSaysWhatToDo() throws Exception {
        AdminToken.create(dir, random);
        AdminToken.remove(dir);
        StartException refused = assertThrows(StartException.class, () -> AdminToken.read(dir));
        assertEquals(
                "there is no " + dir.resolve("admin.token") + ": no node runs on this data directory; start it, or give"
                        + " persistence.dir as it was given at its start",
                refused.getMessage());
        assertEquals(ExitCode.CONFIGURATION, refused.exitCode());
    }
}
