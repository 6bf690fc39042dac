package io.lacewing.node.auth.password;

import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A password file as it was when it was last in order. {@link #look} is for one thread, the rest for any.
 *
 * <p>The content itself is compared, so it does not matter how the file is changed: in place, by another file in its place or by
 * a symbolic link on its way. A change is taken when two looks have seen the same, so that a file is not taken while somebody
 * writes it.
 */
final class PasswordFileWatch {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFileWatch.class);

    private final Path path;
    private volatile PasswordFile current;
    private final AtomicLong rejected = new AtomicLong();

    /** What was found by the last look, what is in use, and what was refused last; each is a digest or a complaint. */
    private String seen;

    private String taken;
    private String refused = "";

    /**
     * Reads the file. Blocks.
     *
     * @throws PasswordFileException if it can't be used
     */
    PasswordFileWatch(Path path) throws PasswordFileException {
        this.path = path;
        byte[] content = PasswordFile.bytes(path);
        this.current = PasswordFile.parse(path, content);
        this.taken = digest(content);
        this.seen = taken;
    }

    /** The users now. */
    PasswordFile current() {
        return current;
    }

    /** How often a change was not taken, as the file could not be used any more. */
    long rejected() {
        return rejected.get();
    }

    /** Reads the file again, and takes it if it has changed and is in order. Blocks. */
    void look() {
        byte[] content = {};
        String now;
        String complaint = "";
        try {
            content = PasswordFile.bytes(path);
            now = digest(content);
        } catch (PasswordFileException e) {
            complaint = e.getMessage();
            now = complaint;
        }
        boolean settled = now.equals(seen);
        seen = now;
        if (now.equals(taken)) {
            if (settled && !refused.isEmpty()) {
                LOG.info("{}: is again as it was when it was last in order", path);
                refused = "";
            }
            return;
        }
        if (!settled || now.equals(refused)) {
            return;
        }
        if (complaint.isEmpty()) {
            try {
                current = PasswordFile.parse(path, content);
                taken = now;
                refused = "";
                LOG.info("{}: has changed, {} users now", path, current.size());
                return;
            } catch (PasswordFileException e) {
                complaint = e.getMessage();
            }
        }
        refused = now;
        rejected.incrementAndGet();
        LOG.error("{}; the {} users that were read before stay in use", complaint, current.size());
    }

    private static String digest(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
