package io.lacewing.node.auth.password;

import io.lacewing.node.files.FileException;
import io.lacewing.node.files.FileWatch;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.scram.ScramAlgorithm;
import io.lacewing.node.auth.scram.ScramKeys;
import io.lacewing.node.auth.scram.ScramUsers;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the users of a password file in, and looks whether the file has changed for as long as it is not closed. Thread-safe.
 *
 * <p>A check takes tens of milliseconds of a processor and up to 64 MiB, on purpose. So a few threads of its own do it, and a
 * bounded number of clients waits for them; beyond, clients are told that there is too much to do. A name that is not in the
 * file is checked too, against some user of it: how long an answer takes must not tell which names there are.
 */
public final class PasswordFileAuthenticator implements Authenticator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(PasswordFileAuthenticator.class);

    private static final int MAX_THREADS = 8;
    private static final long LOOK_MILLIS = 1_000;

    private static final CompletionStage<Verdict> NEXT = CompletableFuture.completedStage(new Verdict.Next());
    private static final CompletionStage<Verdict> WRONG = CompletableFuture.completedStage(Verdict.WRONG);

    private final FileWatch<PasswordFile> watch;
    private final CheckThreads checks;
    private final ScheduledExecutorService looks;

    private final PasswordCheck check;

    private PasswordFileAuthenticator(FileWatch<PasswordFile> watch, int threads, SecureRandom random) {
        this.watch = watch;
        this.check = new PasswordCheck(random);
        this.checks = new CheckThreads("password", threads);
        this.looks = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().name("password-file").daemon().factory());
    }

    /**
     * Reads the file and begins to look for changes. Blocks.
     *
     * @throws FileException if the file can't be used
     */
    public static PasswordFileAuthenticator open(Path path, SecureRandom random) throws FileException {
        Runtime machine = Runtime.getRuntime();
        int threads = threads(machine.availableProcessors(), machine.maxMemory());
        PasswordFileAuthenticator made =
                new PasswordFileAuthenticator(new FileWatch<>(path, PasswordFile.FORMAT), threads, random);
        var unused = made.looks.scheduleWithFixedDelay(made::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
        return made;
    }

    /** Half of the processors, and so few that their checks never take more than a quarter of the heap; but one. */
    static int threads(int processors, long heap) {
        long byMemory = heap / 4 / (Argon2idHash.MAX_MEMORY * 1024L);
        return (int) Math.max(1, Math.min(Math.min(MAX_THREADS, processors / 2), byMemory));
    }

    private void look() {
        try {
            watch.look();
        } catch (RuntimeException | Error e) {
            // The next look must still come.
            LOG.error("{}: can't be looked at", watch.current().path(), e);
        }
    }

    /** The users of the file, as it is whenever they are asked for, that can log in by SCRAM. */
    public ScramUsers scramUsers() {
        return new ScramUsers() {
            @Override
            public @Nullable Found find(String name, ScramAlgorithm algorithm) {
                User user = watch.current().find(name);
                return user != null && user.hash() instanceof ScramHash(ScramKeys keys) && keys.algorithm() == algorithm
                        ? new Found(keys, user.groups())
                        : null;
            }

            @Override
            public @Nullable ScramKeys sample(ScramAlgorithm algorithm) {
                return watch.current().sample(algorithm);
            }
        };
    }

    /** Has {@code listener} told of each change of the file, in words. */
    public void tell(Consumer<String> listener) {
        watch.tell(listener);
    }

    /** Users of the file now. */
    public int users() {
        return watch.current().size();
    }

    /** How often a change of the file was not taken, as it could not be used any more. */
    public long rejectedFiles() {
        return watch.rejected();
    }

    /** Clients that wait for their check now. */
    public int waiting() {
        return checks.waiting();
    }

    /** How many checks can run at a time. */
    public int threads() {
        return checks.threads();
    }

    @Override
    public CompletionStage<Verdict> authenticate(Credentials credentials) {
        String name = credentials.client().userName();
        byte[] password = credentials.password();
        if (name == null) {
            return NEXT;
        }
        if (password == null) {
            // Known or not, it is the same at once.
            return watch.current().find(name) == null ? NEXT : WRONG;
        }
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        checks.run(answer, () -> verdict(watch.current(), name, password));
        return answer;
    }

    private Verdict verdict(PasswordFile file, String name, byte[] password) {
        Set<String> groups = check.groups(file, name, password);
        if (groups != null) {
            return new Verdict.Allow(Identity.of(name, groups));
        }
        return file.find(name) == null ? new Verdict.Next() : Verdict.WRONG;
    }

    /** Clients that wait are not answered any more. */
    @Override
    public void close() {
        looks.shutdownNow();
        checks.close();
    }
}
