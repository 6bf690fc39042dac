package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Optional;
import java.util.zip.CRC32C;

/**
 * A small file that is replaced as a whole: after a crash it has the old content or the new one, never a mixture. One
 * thread at a time. The file: 4 bytes of magic, version, length, the content, CRC32C of all before it.
 */
public final class StateFile {
    /** Far above what a node keeps so; a length above it is corrupt. */
    private static final int MAX_BYTES = 16 << 20;

    private static final int VERSION = 1;
    private static final int MAGIC = 0x4C57_5354; // LWST
    private static final int FRAME = 16;

    private final Path file;
    private final Disk disk;

    /** A state file of this name; its directory is made when it is first written. */
    public StateFile(Path file, Disk disk) {
        this.file = file.toAbsolutePath();
        this.disk = disk;
    }

    /**
     * What {@link #write} wrote last; empty if it never did.
     *
     * @throws JournalException if the file cannot be read, is corrupt, or is of a version that this build does not know
     */
    public Optional<byte[]> read() throws JournalException {
        try {
            if (!disk.list(directory()).contains(file)) {
                return Optional.empty();
            }
            long size = disk.size(file);
            if (size < FRAME || size > MAX_BYTES + FRAME) {
                throw corrupt("it has " + size + " bytes");
            }
            byte[] bytes = new byte[(int) size];
            if (disk.read(file, bytes, bytes.length) != size) {
                throw corrupt("it ended while it was read");
            }
            return Optional.of(content(bytes));
        } catch (java.nio.file.NoSuchFileException e) {
            return Optional.empty(); // the directory itself
        } catch (IOException e) {
            throw new JournalException(file + " cannot be read: " + e + "; check the disk and its permissions", e);
        }
    }

    private byte[] content(byte[] bytes) throws JournalException {
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int size = bytes.length;
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, size - 4);
        if (in.getInt(0) != MAGIC) {
            throw corrupt("it does not begin as one");
        }
        if (in.getInt(size - 4) != (int) crc.getValue()) {
            throw corrupt("its checksum does not match");
        }
        if (in.getInt(4) != VERSION) {
            throw new JournalException(file + " has format version " + in.getInt(4) + "; this build knows " + VERSION
                    + ": start it with the version that wrote it, or a later one");
        }
        byte[] content = new byte[size - FRAME];
        if (in.getInt(8) != content.length) {
            throw corrupt("its length does not match");
        }
        in.get(12, content);
        return content;
    }

    /**
     * Replaces the content. When this returns it is on the disk itself.
     *
     * @throws JournalException if that fails; the old content stays, or, if only the last step failed, may have been
     *     replaced
     */
    public void write(byte[] content) throws JournalException {
        if (content.length > MAX_BYTES) {
            throw new IllegalArgumentException(content.length + " bytes for " + file + "; at most " + MAX_BYTES);
        }
        ByteBuffer out = ByteBuffer.allocate(content.length + FRAME);
        out.putInt(MAGIC).putInt(VERSION).putInt(content.length).put(content);
        CRC32C crc = new CRC32C();
        crc.update(out.array(), 0, out.position());
        out.putInt((int) crc.getValue()).flip();
        Path temporary = file.resolveSibling(file.getFileName() + ".new");
        try {
            disk.createDirectories(directory());
            disk.delete(temporary);
            Disk.File opened = disk.create(temporary);
            try {
                opened.write(out, 0);
                opened.force();
            } finally {
                opened.close();
            }
            disk.rename(temporary, file);
            disk.forceDirectory(directory());
        } catch (IOException e) {
            throw new JournalException(
                    file + " cannot be written: " + e + "; check the disk, its space and permissions", e);
        }
    }

    private Path directory() {
        return java.util.Objects.requireNonNull(file.getParent(), "an absolute file has a directory");
    }

    private JournalException corrupt(String how) {
        return new JournalException(file + " is corrupt: " + how
                + "; restore it from a backup, or remove the node's data" + " directory and let it join as a new node");
    }
}
