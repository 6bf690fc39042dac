package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * The few things that a journal does with a disk; tests give one that fails. Everything throws IOException where the
 * system does. Any thread.
 */
public interface Disk {
    /** A file that is written to. One thread at a time; {@link #force} and {@link #close} may come from another. */
    interface File {
        /** Writes all of {@code bytes} at {@code position}; some of it may be there if this throws. */
        void write(ByteBuffer bytes, long position) throws IOException;

        /** Returns when everything written so far, and the size, is on the disk itself. */
        void force() throws IOException;

        /** Cuts the file off at {@code size}. */
        void truncate(long size) throws IOException;

        /** Without force. */
        void close() throws IOException;
    }

    /** Held until it is closed or the process ends. */
    interface Lock {
        void release() throws IOException;
    }

    /** Makes the directory and those above it; nothing happens if it is there. */
    void createDirectories(Path dir) throws IOException;

    /** The files in a directory, in no order. */
    List<Path> list(Path dir) throws IOException;

    /** How many bytes a file has. */
    long size(Path file) throws IOException;

    /** Reads the file's first {@code into.length} bytes, or fewer where it ends; returns how many. */
    int read(Path file, byte[] into) throws IOException;

    /** Makes a file; one that is there fails. */
    File create(Path file) throws IOException;

    /** Opens a file that is there for writing. */
    File open(Path file) throws IOException;

    /** Gives a file another name in the same directory, at once, replacing what has that name. */
    void rename(Path from, Path to) throws IOException;

    /** Deletes a file; nothing happens if it is not there. */
    void delete(Path file) throws IOException;

    /** Returns when the names in a directory are on the disk itself. */
    void forceDirectory(Path dir) throws IOException;

    /** Locks a file, which is made if need be; throws where another, or this, process holds it. */
    Lock lock(Path file) throws IOException;

    /** What tells one boot of this machine from another; empty where it cannot be known. */
    String bootId();

    /** The file system. */
    static Disk real() {
        return new RealDisk();
    }
}
