package io.lacewing.node.auth.password;

import io.lacewing.node.auth.scram.ScramKeys;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.nio.file.attribute.UserPrincipal;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Changes a password file: one user at a time, leaving all other lines as they are. The file is replaced as a whole, so that who
 * reads it sees the old or the new one; it is for its owner only, who stays the same. Blocks. Two at a time on one file may
 * undo each other's change.
 */
public final class PasswordFileEditor {
    private final Path path;

    /** Where a symbolic link leads, if it is one: the link stays. */
    private final Path file;

    private final boolean exists;
    private final List<String> lines;

    private PasswordFileEditor(Path path, Path file, boolean exists, List<String> lines) {
        this.path = path;
        this.file = file;
        this.exists = exists;
        this.lines = lines;
    }

    /**
     * Reads a file, or begins a new one where there is none.
     *
     * @throws FileException if it can't be read, or has a faulty line
     */
    public static PasswordFileEditor open(Path path) throws FileException {
        if (!Files.exists(path)) {
            return new PasswordFileEditor(path, path, false, new ArrayList<>());
        }
        byte[] content = FileWatch.bytes(path, PasswordFile.FORMAT);
        var unused = PasswordFile.parse(path, content);
        try {
            return new PasswordFileEditor(
                    path, path.toRealPath(), true, new ArrayList<>(PasswordFile.lines(path, content)));
        } catch (IOException e) {
            throw new FileException(path + ": can't be read: " + e.getMessage(), e);
        }
    }

    /** False if there is no file yet. */
    public boolean exists() {
        return exists;
    }

    /** True if the file has this user. */
    public boolean has(String name) {
        return index(name) >= 0;
    }

    /** Where the user's line is; -1 if there is none. */
    private int index(String name) {
        for (int i = 0; i < lines.size(); i++) {
            User user = PasswordFile.user(lines.get(i));
            if (user != null && user.name().equals(name)) {
                return i;
            }
        }
        return -1;
    }

    /**
     * Gives a user this password; one that is not there yet is added at the end.
     *
     * @param groups null to leave them as they are
     * @throws IllegalArgumentException if the name or a group can't stand in the file; the message says why
     */
    public void put(String name, byte[] password, @Nullable Set<String> groups, SecureRandom random) {
        PasswordFile.checkName(name);
        put(name, PasswordHash.make(password, random), groups);
    }

    /**
     * As {@link #put}, with keys for SCRAM.
     *
     * @throws IllegalArgumentException as {@code put}, and if SCRAM can't compare the name or the password
     */
    public void putScram(String name, ScramKeys keys, @Nullable Set<String> groups) {
        PasswordFile.checkName(name);
        ScramKeys.checkName(name);
        put(name, new ScramHash(keys), groups);
    }

    private void put(String name, PasswordHash hash, @Nullable Set<String> groups) {
        int at = index(name);
        User old = at < 0 ? null : PasswordFile.user(lines.get(at));
        Set<String> kept = old == null ? Set.of() : old.groups();
        Set<String> wanted = groups == null ? kept : groups;
        PasswordFile.checkGroups(wanted);
        String line = new User(name, hash, wanted).line();
        if (at < 0) {
            lines.add(line);
        } else {
            lines.set(at, line);
        }
    }

    /**
     * Takes a user's line away.
     *
     * @return false if there was none
     */
    public boolean remove(String name) {
        int at = index(name);
        if (at >= 0) {
            lines.remove(at);
        }
        return at >= 0;
    }

    /**
     * Puts what was changed in the file's place.
     *
     * @throws FileException if it can't be written; then the file is as it was
     */
    public void save() throws FileException {
        String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        if (bytes.length > PasswordFile.MAX_BYTES) {
            throw new FileException(path + ": would be longer than a password file may be");
        }
        Path draft = file.resolveSibling(
                file.getFileName() + "." + ProcessHandle.current().pid() + ".new");
        try {
            try {
                write(draft, bytes);
                Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(draft);
            }
        } catch (IOException e) {
            throw new FileException(
                    path + ": can't be written (" + e + "); give its directory space and this user the right to write",
                    e);
        }
    }

    private void write(Path draft, byte[] bytes) throws IOException {
        // Its permissions are there before its content.
        try (FileChannel channel = FileChannel.open(
                draft,
                EnumSet.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")))) {
            if (exists) {
                UserPrincipal owner = Files.getOwner(file);
                if (!owner.equals(Files.getOwner(draft))) {
                    // Else a node that runs as another user than the one who changes passwords could not read it.
                    Files.setOwner(draft, owner);
                }
            }
            ByteBuffer rest = ByteBuffer.wrap(bytes);
            while (rest.hasRemaining()) {
                channel.write(rest);
            }
            channel.force(true);
        }
    }
}
