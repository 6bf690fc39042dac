package io.lacewing.node.auth;

import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A few threads for checks that take too long for event loops, with a bound on how many clients wait for them. Thread-safe.
 */
public final class CheckThreads implements AutoCloseable {
    /** Clients that wait for a check; more than can be checked in the time that a CONNECT may usually take. */
    public static final int MAX_WAITING = 1_024;

    /** What clients are told beyond. */
    public static final Verdict BUSY =
            new Verdict.Deny(Denial.SERVER_BUSY, "too many clients connect at a time; try again later");

    private final ThreadPoolExecutor checks;

    /** Makes threads whose names begin with {@code name}. */
    public CheckThreads(String name, int threads) {
        this.checks = new ThreadPoolExecutor(
                threads,
                threads,
                0,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(MAX_WAITING),
                Thread.ofPlatform().name(name + "-", 1).daemon().factory());
    }

    /**
     * Has a check done, unless nobody waits for the answer any more when its turn comes. If too many wait, the answer is
     * {@link #BUSY} at once.
     *
     * @param check its verdict, or its failure, completes {@code answer}; if it gives null, somebody else will complete that
     */
    public void run(CompletableFuture<Verdict> answer, Supplier<@Nullable Verdict> check) {
        try {
            checks.execute(() -> complete(answer, check));
        } catch (RejectedExecutionException full) {
            answer.complete(BUSY);
        }
    }

    private static void complete(CompletableFuture<Verdict> answer, Supplier<@Nullable Verdict> check) {
        if (answer.isDone()) {
            return; // Nobody waits any more.
        }
        try {
            Verdict verdict = check.get();
            if (verdict != null) {
                answer.complete(verdict);
            }
        } catch (RuntimeException | Error e) {
            answer.completeExceptionally(e);
        }
    }

    /** Clients that wait for their check now. */
    public int waiting() {
        return checks.getQueue().size();
    }

    /** How many checks can run at a time. */
    public int threads() {
        return checks.getCorePoolSize();
    }

    /** Clients that wait are not answered any more. */
    @Override
    public void close() {
        checks.shutdownNow();
    }
}
