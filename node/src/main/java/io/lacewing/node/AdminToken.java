package io.lacewing.node;

import io.lacewing.node.files.SecretFile;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.HexFormat;

/**
 * What shows that a command comes from somebody who may read the node's data directory: a random number that the node makes
 * at each start and keeps there, readable by its own user only.
 */
final class AdminToken {
    private static final String FILE = "admin.token";
    private static final int BYTES = 32;

    private AdminToken() {}

    /**
     * Makes the token of this start in place of an older one.
     *
     * @throws StartException if it can't be written
     */
    static String create(Path dir, SecureRandom random) throws StartException {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String token = HexFormat.of().formatHex(bytes);
        Path file = dir.resolve(FILE);
        try {
            SecretFile.write(file, token);
        } catch (IOException e) {
            throw StartException.failure(
                    file + " can't be written (" + e
                            + "); give the data directory space and this user the right to write",
                    e);
        }
        return token;
    }

    /**
     * The token of the node that runs on this directory.
     *
     * @throws StartException if there is none, or this user may not read it
     */
    static String read(Path dir) throws StartException {
        Path file = dir.toAbsolutePath().normalize().resolve(FILE);
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            throw StartException.configuration(
                    "there is no " + file
                            + ": no node runs on this data directory; start it, or give persistence.dir as"
                            + " it was given at its start",
                    e);
        } catch (AccessDeniedException e) {
            throw StartException.failure(file + " can't be read; run this as the user that runs the node", e);
        } catch (IOException e) {
            throw StartException.failure(file + " can't be read: " + e, e);
        }
    }

    /** The node that made it stops. */
    static void remove(Path dir) throws IOException {
        Files.deleteIfExists(dir.resolve(FILE));
    }
}
