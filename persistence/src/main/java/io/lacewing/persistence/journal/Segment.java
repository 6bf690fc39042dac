package io.lacewing.persistence.journal;

import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** A segment file as the writer knows it. The writer's thread; the forcer may force its file meanwhile. */
final class Segment {
    static final String SUFFIX = ".log";
    static final String UNFINISHED = ".new";
    private static final int DIGITS = 16;

    final long number;
    final Path path;
    /** Where its last record ends. What is behind it, if anything, is no record. */
    long end;
    /** Up to where it is on the disk itself. */
    long forced;
    /** Up to where a force has been asked for. */
    long asked;
    /** True if a write has failed behind its end, and what it left has not been cut off. */
    boolean ragged;

    private Disk.@Nullable File open;

    /** A segment that is there. */
    Segment(long number, Path path, long end, long forced) {
        this.number = number;
        this.path = path;
        this.end = end;
        this.forced = forced;
    }

    /** A new one, open for writing. */
    Segment(long number, Path path, Disk.File file) {
        this(number, path, 0, 0);
        open = file;
    }

    static String name(long number, String suffix) {
        return "%016x%s".formatted(number, suffix);
    }

    /** The number in a file's name; 0 if it is no segment's. */
    static long number(Path path, String suffix) {
        String name = String.valueOf(path.getFileName());
        if (name.length() != DIGITS + suffix.length() || !name.endsWith(suffix)) {
            return 0;
        }
        long number = 0;
        for (int i = 0; i < DIGITS; i++) {
            char c = name.charAt(i);
            int digit = c >= 'A' && c <= 'F' ? -1 : Character.digit(c, 16);
            if (digit < 0) {
                return 0;
            }
            number = (number << 4) | digit;
        }
        return Math.max(0, number);
    }

    Disk.File file() throws IOException {
        if (open == null) {
            throw new IOException(path + " is closed");
        }
        return open;
    }

    boolean isOpen() {
        return open != null;
    }

    /** True if all of it is on the disk itself. */
    boolean isForced() {
        return forced >= end;
    }

    void close() throws IOException {
        Disk.File file = open;
        open = null;
        if (file != null) {
            file.close();
        }
    }
}
