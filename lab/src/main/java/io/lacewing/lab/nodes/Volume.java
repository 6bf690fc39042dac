package io.lacewing.lab.nodes;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A small file system in memory (tmpfs) where a data directory is, so that it can be full or read-only. Needs root. */
public final class Volume implements AutoCloseable {
    private static final int BLOCK = 4_096;

    private final Path at;

    /** Mounts it on an empty directory. */
    public Volume(Path at, int mebibytes) {
        this.at = at;
        Shell.run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "lacewing-lab", at.toString());
    }

    private Path filler() {
        return at.resolve("filler");
    }

    /** Not a byte is left free. */
    public void fill() {
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (at.toFile().getUsableSpace() > 0) {
                out.write(block);
            }
        } catch (IOException full) {
            if (at.toFile().getUsableSpace() >= BLOCK) {
                throw new UncheckedIOException(full);
            }
        }
    }

    /** What {@link #fill} took is free again. */
    public void free() {
        try {
            Files.deleteIfExists(filler());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only while no process writes there. */
    public void readOnly(boolean on) {
        Shell.run("mount", "-o", "remount," + (on ? "ro" : "rw"), at.toString());
    }

    @Override
    public void close() {
        Shell.run("umount", "-l", at.toString());
    }
}
