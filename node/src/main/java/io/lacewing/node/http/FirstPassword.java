package io.lacewing.node.http;

import io.lacewing.node.auth.password.PasswordFile;
import io.lacewing.node.auth.password.PasswordFileEditor;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.SecretFile;
import io.lacewing.node.files.SmallFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The password of the user that a node makes for itself, in a file of its own that only the node's user may read. The file is
 * deleted when that password is not in force any more; it may be deleted before. All block.
 */
public final class FirstPassword {
    /** Who it is the password of. */
    public static final String USER = "admin";

    private static final Logger LOG = LoggerFactory.getLogger(FirstPassword.class);
    private static final String FILE = "http.first-password";

    /** 20 characters, more than anybody can guess. */
    private static final int BYTES = 15;

    private final Path file;

    /** In this data directory. */
    public FirstPassword(Path dir) {
        this.file = dir.resolve(FILE);
    }

    /** Where it is to be found. */
    public Path file() {
        return file;
    }

    /**
     * Makes the user if there is none at all.
     *
     * @param users the file of users
     * @return false if there is somebody
     * @throws FileException if a file can't be used
     */
    public boolean make(Path users, SecureRandom random) throws FileException {
        if (Files.exists(users) && PasswordFile.read(users).size() > 0) {
            return false;
        }
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        String password = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        try {
            // Before the user is there: a user whose password nobody knows would be in the way of the next start.
            SecretFile.write(file, password);
        } catch (IOException e) {
            throw new FileException(file + ": can't be written: " + e, e);
        }
        PasswordFileEditor editor = PasswordFileEditor.open(users);
        editor.put(USER, password.getBytes(StandardCharsets.UTF_8), Set.of(AdminRole.ADMINISTER.word()), random);
        editor.save();
        return true;
    }

    /** Looks whether the password still is the user's, now and after each change. */
    public void follow(AdminUsers users) {
        users.onChange(() -> look(users));
        look(users);
    }

    private synchronized void look(AdminUsers users) {
        if (!Files.exists(file)) {
            return;
        }
        try {
            byte[] password = SmallFile.withoutLineEnd(SmallFile.read(file));
            if (!users.isPassword(USER, password)) {
                Files.delete(file);
                LOG.info("{}: deleted, as the user '{}' has another password now, or is not there", file, USER);
            }
        } catch (FileException | IOException e) {
            LOG.warn("the first password could not be looked at, or deleted: {}", e.getMessage());
        }
    }
}
