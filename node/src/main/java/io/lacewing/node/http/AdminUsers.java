package io.lacewing.node.http;

import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.password.PasswordCheck;
import io.lacewing.node.auth.password.PasswordFile;
import io.lacewing.node.auth.password.PasswordFileEditor;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The users of the HTTP port: a password file whose groups are {@link AdminRole roles}. Looks whether the file has changed for as
 * long as it is not closed. Thread-safe.
 */
public final class AdminUsers implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(AdminUsers.class);
    private static final long LOOK_MILLIS = 1_000;
    private static final int MAX_BYTES = 1 << 20;

    private static final FileWatch.Format<PasswordFile> FORMAT = new FileWatch.Format<>() {
        @Override
        public String name() {
            return "file of users of the HTTP port";
        }

        @Override
        public int maxBytes() {
            return MAX_BYTES;
        }

        @Override
        public String ifMissing(Path path) {
            return "make it with: lacewing passwd --role administer " + path + " USER";
        }

        @Override
        public PasswordFile parse(Path path, byte[] content) throws FileException {
            PasswordFile file = PasswordFile.FORMAT.parse(path, content);
            for (Map.Entry<String, Set<String>> user : file.groups().entrySet()) {
                try {
                    var unused = AdminRole.highest(user.getValue());
                } catch (IllegalArgumentException e) {
                    throw new FileException(path + ": user '" + user.getKey() + "' " + e.getMessage(), e);
                }
            }
            return file;
        }

        @Override
        public String describe(PasswordFile content) {
            return content.size() + " users of the HTTP port";
        }
    };

    private final Path path;
    private final FileWatch<PasswordFile> watch;
    private final PasswordCheck check;
    private final SecureRandom random;
    private final ScheduledExecutorService looks = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("http-users").daemon().factory());

    private AdminUsers(Path path, FileWatch<PasswordFile> watch, SecureRandom random) {
        this.path = path;
        this.watch = watch;
        this.random = random;
        this.check = new PasswordCheck(random);
    }

    /**
     * Reads the file and begins to look for changes. Blocks.
     *
     * @param mayBeMissing true if no file means that there are no users yet
     * @throws FileException if the file can't be used
     */
    public static AdminUsers open(Path path, boolean mayBeMissing, SecureRandom random) throws FileException {
        if (mayBeMissing && !Files.exists(path)) {
            // So that it can be watched, and who makes it later finds it for the owner only.
            PasswordFileEditor.open(path).save();
        }
        AdminUsers users = new AdminUsers(path, new FileWatch<>(path, FORMAT), random);
        var unused = users.looks.scheduleWithFixedDelay(users::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return users;
    }

    /**
     * Looks whether {@link #open} would take the file.
     *
     * @throws FileException if not
     */
    public static void check(Path path) throws FileException {
        var unused = FileWatch.read(path, FORMAT);
    }

    private synchronized void look() {
        try {
            watch.look();
        } catch (RuntimeException | Error e) {
            // The next look must still come.
            LOG.error("{}: can't be looked at", path, e);
        }
    }

    /** What the file says now. */
    PasswordFile current() {
        return watch.current();
    }

    /** Has {@code listener} run after each look that found a change, by the thread that looks. */
    void onChange(Runnable listener) {
        watch.tell(words -> listener.run());
    }

    /** Whether this is a user's password now. Takes as long as {@link PasswordCheck#groups}. */
    boolean isPassword(String name, byte[] password) {
        return check.groups(current(), name, password) != null;
    }

    /** Whether a user of this file has proven to be it. Takes as long as {@link PasswordCheck#groups}. */
    Verdict verdict(PasswordFile file, String name, byte[] password) {
        Set<String> words = check.groups(file, name, password);
        return words == null ? Verdict.WRONG : new Verdict.Allow(Identity.of(name, words));
    }

    /** All users with their roles, in the order of the file. */
    Map<String, AdminRole> roles() {
        Map<String, AdminRole> roles = new LinkedHashMap<>();
        current().groups().forEach((name, words) -> roles.put(name, AdminRole.highest(words)));
        return roles;
    }

    /**
     * Adds a user, or gives one another password and role; it holds when this returns. Blocks.
     *
     * @throws FileException if the file can't be written
     * @throws IllegalArgumentException if the name can't stand in the file
     */
    synchronized void put(String name, AdminRole role, byte[] password) throws FileException {
        PasswordFileEditor editor = PasswordFileEditor.open(path);
        editor.put(name, password, Set.of(role.word()), random);
        save(editor);
    }

    /**
     * Takes a user away; it holds when this returns. Blocks.
     *
     * @return false if there was none
     * @throws FileException if the file can't be written
     */
    synchronized boolean remove(String name) throws FileException {
        PasswordFileEditor editor = PasswordFileEditor.open(path);
        boolean was = editor.remove(name);
        if (was) {
            save(editor);
        }
        return was;
    }

    private void save(PasswordFileEditor editor) throws FileException {
        editor.save();
        // What has changed is taken when two looks have seen the same.
        watch.look();
        watch.look();
    }

    /** How many there are now. */
    public int size() {
        return current().size();
    }

    /** How often a change of the file was not taken, as it could not be used any more. */
    public long rejected() {
        return watch.rejected();
    }

    @Override
    public void close() {
        looks.shutdownNow();
    }
}
