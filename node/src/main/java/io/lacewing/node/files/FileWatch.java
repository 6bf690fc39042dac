package io.lacewing.node.files;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file as it was when it was last in order. {@link #look} is for one thread, the rest for any.
 *
 * <p>The content itself is compared, so it does not matter how the file is changed: in place, by another file in its place or by
 * a symbolic link on its way. A change is taken as {@link Settling} says. What can't be used is logged and counted once.
 *
 * @param <T> what is in the file
 */
public final class FileWatch<T> {
    private static final Logger LOG = LoggerFactory.getLogger(FileWatch.class);

    /**
     * A kind of file.
     *
     * @param <T> what is in it
     */
    public interface Format<T> {
        /** What people call it: {@code password file}. */
        String name();

        /** The most bytes that a file may have. */
        int maxBytes();

        /** What to do about a file that is missing, for people. */
        String ifMissing(Path path);

        /**
         * Reads a content.
         *
         * @param path for messages only
         * @throws FileException if it is not as it should be
         */
        T parse(Path path, byte[] content) throws FileException;

        /** What it is, in a few words: {@code 12 users}. */
        String describe(T content);
    }

    private final Path path;
    private final Format<T> format;
    private final Settling settling;
    private final AtomicLong rejected = new AtomicLong();
    private volatile T current;
    private volatile Consumer<String> told = what -> {};

    /**
     * Reads the file. Blocks.
     *
     * @throws FileException if it can't be used
     */
    public FileWatch(Path path, Format<T> format) throws FileException {
        this.path = path;
        this.format = format;
        byte[] content = bytes(path, format);
        this.current = format.parse(path, content);
        this.settling = new Settling(Settling.digest(content));
    }

    /**
     * What is in a file now. Blocks.
     *
     * @throws FileException if it can't be read, or is not as it should be
     */
    public static <T> T read(Path path, Format<T> format) throws FileException {
        return format.parse(path, bytes(path, format));
    }

    /** Has {@code listener} told of each change that is taken or refused, in words, by the thread that looks. */
    public void tell(Consumer<String> listener) {
        told = listener;
    }

    /** The content now. */
    public T current() {
        return current;
    }

    /** How often a change was not taken, as the file could not be used any more. */
    public long rejected() {
        return rejected.get();
    }

    /** Reads the file again, and takes it if it has changed and is in order. Blocks. */
    public void look() {
        byte[] content = {};
        String found;
        String complaint = "";
        try {
            content = bytes(path, format);
            found = Settling.digest(content);
        } catch (FileException e) {
            complaint = e.getMessage();
            found = complaint;
        }
        switch (settling.look(found)) {
            case NOTHING -> {
                // As it should be, or not yet.
            }
            case BACK -> LOG.info("{}: is again as it was when it was last in order", path);
            case CHANGED -> {
                if (complaint.isEmpty()) {
                    take(content);
                } else {
                    refuse(complaint);
                }
            }
        }
    }

    private void take(byte[] content) {
        try {
            current = format.parse(path, content);
            settling.taken();
            LOG.info("{}: has changed, {} now", path, format.describe(current));
            told.accept("changed " + format.name() + " " + path + ": " + format.describe(current) + " now");
        } catch (FileException e) {
            refuse(e.getMessage());
        } catch (RuntimeException | StackOverflowError e) {
            // Of a parser that what is in the file is too much for.
            refuse(path + ": can't be read: " + e);
        }
    }

    private void refuse(String complaint) {
        settling.refused();
        rejected.incrementAndGet();
        LOG.error("{}; what was read before stays in use: {}", complaint, format.describe(current));
        told.accept("changed " + format.name() + " not taken: " + complaint);
    }

    /**
     * The bytes of a file now. Blocks.
     *
     * @throws FileException if it can't be read, or is too long
     */
    public static byte[] bytes(Path path, Format<?> format) throws FileException {
        byte[] bytes;
        int max = format.maxBytes();
        try (InputStream in = Files.newInputStream(path)) {
            bytes = in.readNBytes(max + 1);
        } catch (IOException e) {
            throw new FileException(path + ": can't be read: " + reason(path, format, e), e);
        }
        if (bytes.length > max) {
            throw new FileException(
                    path + ": is longer than " + (max >> 20) + " MiB, more than a " + format.name() + " may have");
        }
        return bytes;
    }

    private static String reason(Path path, Format<?> format, IOException e) {
        return switch (e) {
            case NoSuchFileException missing -> "there is no such file; " + format.ifMissing(path);
            case AccessDeniedException denied -> "access denied; let the user that runs the node read it";
            default -> Files.isDirectory(path) ? "it is a directory" : String.valueOf(e.getMessage());
        };
    }
}
