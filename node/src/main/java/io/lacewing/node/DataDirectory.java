package io.lacewing.node;

import io.lacewing.node.config.IdentityConfig;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * The node's directory, held by this process alone as long as it is open. Used by one thread.
 */
final class DataDirectory implements AutoCloseable {
    private static final String ID_FILE = "node.id";
    private static final String LOCK_FILE = "lock";

    private final Path dir;
    private final FileChannel lock;

    private DataDirectory(Path dir, FileChannel lock) {
        this.dir = dir;
        this.lock = lock;
    }

    /**
     * Makes the directory if it is missing, for this user only, and locks it.
     *
     * @throws StartException if another process has it, or it can't be written
     */
    static DataDirectory open(Path dir) throws StartException {
        Path absolute = dir.toAbsolutePath().normalize();
        try {
            // What clients have sent is kept here: it is for nobody else on this machine.
            Files.createDirectories(
                    absolute, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel =
                    FileChannel.open(absolute.resolve(LOCK_FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            if (!tryLock(channel)) {
                channel.close();
                throw StartException.configuration(
                        "data directory " + absolute + " is used by another node; change persistence.dir", null);
            }
            return new DataDirectory(absolute, channel);
        } catch (IOException e) {
            throw StartException.configuration(
                    "data directory " + absolute + " can't be used (" + e + "); change persistence.dir", e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    /** The directory, absolute. */
    Path path() {
        return dir;
    }

    /**
     * The node's id: the configured one, or the one kept here, or a new one that is kept from now on.
     *
     * @throws StartException if the file can't be read or written, or holds no id
     */
    String nodeId(@Nullable String configured, RandomGenerator random) throws StartException {
        if (configured != null) {
            return configured;
        }
        Path file = dir.resolve(ID_FILE);
        try {
            return keptId(file);
        } catch (NoSuchFileException firstStart) {
            return newId(file, random);
        } catch (IOException e) {
            throw StartException.failure(file + " can't be read: " + e, e);
        }
    }

    private static String keptId(Path file) throws IOException, StartException {
        String kept = Files.readString(file).strip();
        if (!kept.matches(IdentityConfig.ID_PATTERN)) {
            throw StartException.configuration(file + " holds no node id; remove it, or set node.id", null);
        }
        return kept;
    }

    private static String newId(Path file, RandomGenerator random) throws StartException {
        String id = String.format("node-%08x", random.nextInt());
        try {
            // Written beside and moved, so that a crash leaves no half id behind.
            Path draft = file.resolveSibling(ID_FILE + ".new");
            Files.writeString(draft, id + "\n");
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw StartException.failure(file + " can't be written: " + e, e);
        }
        return id;
    }

    /** Lets other processes have the directory. */
    @Override
    public void close() throws IOException {
        lock.close();
    }
}
