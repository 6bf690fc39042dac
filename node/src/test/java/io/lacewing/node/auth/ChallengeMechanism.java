package io.lacewing.node.auth;

import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * A method for tests that needs no secret and no cryptography at the client: the server sends 8 bytes, the client answers
 * with the same bytes from the last to the first; twice; then comes success with the data {@code ok}. A wrong answer
 * fails. What the first packet holds as data does not matter.
 */
public final class ChallengeMechanism implements Mechanism {
    /** The name by which clients know it, unless a test gives it another. */
    public static final String NAME = "CHALLENGE";

    private static final int SIZE = 8;
    private static final int CHALLENGES = 2;

    private final Executor thread;
    private final SecureRandom random = new SecureRandom();
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger cancelled = new AtomicInteger();

    /** One that answers at once. */
    public ChallengeMechanism() {
        this(Runnable::run);
    }

    /** One that answers later, by this thread. */
    public ChallengeMechanism(Executor thread) {
        this.thread = thread;
    }

    /** Exchanges begun so far. */
    public int begun() {
        return begun.get();
    }

    /** Exchanges cancelled so far. */
    public int cancelled() {
        return cancelled.get();
    }

    @Override
    public Exchange begin(ClientDetails client) {
        begun.incrementAndGet();
        return new Exchange() {
            private byte @Nullable [] challenge;
            private int sent;

            @Override
            public CompletionStage<Step> take(byte @Nullable [] data) {
                return CompletableFuture.supplyAsync(() -> next(data), thread);
            }

            private Step next(byte @Nullable [] data) {
                if (challenge != null && !Arrays.equals(reversed(challenge), data)) {
                    return new Step.Failure(Denial.NOT_AUTHORIZED, "wrong answer");
                }
                if (sent == CHALLENGES) {
                    return new Step.Success("ok".getBytes(StandardCharsets.US_ASCII));
                }
                sent++;
                byte[] next = new byte[SIZE];
                random.nextBytes(next);
                challenge = next;
                return new Step.Continue(next);
            }

            @Override
            public void cancel() {
                cancelled.incrementAndGet();
            }
        };
    }

    /** The right answer to a challenge. */
    public static byte[] reversed(byte[] challenge) {
        byte[] answer = new byte[challenge.length];
        for (int i = 0; i < answer.length; i++) {
            answer[i] = challenge[answer.length - 1 - i];
        }
        return answer;
    }
}
