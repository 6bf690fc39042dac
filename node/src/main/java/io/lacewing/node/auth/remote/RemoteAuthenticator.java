package io.lacewing.node.auth.remote;

import com.github.benmanes.caffeine.cache.Ticker;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.OnError;
import io.lacewing.node.config.RemoteConfig;
import io.lacewing.node.metrics.RemoteMetrics;
import io.lacewing.node.metrics.RemoteMetrics.Outcome;
import io.lacewing.node.net.Network;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks another system who clients are, so that it can't hold up the node, nor the node it: answers are remembered for a while;
 * so many questions are on their way at a time, so many clients wait, and more are told that there is too much to do; each
 * question has its time; and after a number of failures in a row the system is left alone for a while.
 *
 * <p>{@link #authenticate} and what shows how it stands are for any thread. Who waits and what is on its way is owned by one
 * context.
 */
public final class RemoteAuthenticator implements Authenticator, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RemoteAuthenticator.class);

    private static final long LOG_MILLIS = 10_000;
    private static final Verdict NEXT = new Verdict.Next();
    private static final CompletionStage<Verdict> NO_NAME = CompletableFuture.completedStage(NEXT);
    private static final Verdict UNANSWERED = new Verdict.Next(true);
    private static final Verdict UNAVAILABLE =
            new Verdict.Deny(Denial.SERVER_UNAVAILABLE, "users can't be checked at present; try again later");

    /** A client, and by what it is remembered. */
    private record Waiting(Question question, ByteBuffer key, CompletableFuture<Verdict> answer) {}

    private final String name;
    private final RemoteConfig config;
    private final OtherSystem system;
    private final RemoteMetrics metrics;
    private final Vertx vertx;
    private final Context context;
    private final AnswerCache cache;
    private final Breaker breaker;
    private final SharedQueue<Waiting> queue = new SharedQueue<>(
            CheckThreads.MAX_WAITING,
            client -> household(client.question.client().remoteAddress()));
    private volatile int waiting;
    private int running;
    private long lastLine = now() - LOG_MILLIS;
    private boolean closed;

    /**
     * Makes one.
     *
     * @param name its section in the configuration, for the log
     * @param system is closed with it
     */
    public RemoteAuthenticator(
            String name,
            RemoteConfig config,
            OtherSystem system,
            RemoteMetrics metrics,
            Vertx vertx,
            SecureRandom random) {
        this.name = name;
        this.config = config;
        this.system = system;
        this.metrics = metrics;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.cache = new AnswerCache(
                config.cacheTtl(),
                config.deniedTtl(),
                config.cacheEntries(),
                random,
                Ticker.systemTicker(),
                InstantSource.system());
        this.breaker =
                new Breaker(config.breakerFailures(), config.breakerPause().toMillis());
        metrics.show(() -> breaker.state().ordinal(), () -> waiting);
    }

    @Override
    public CompletionStage<Verdict> authenticate(Credentials credentials) {
        String userName = credentials.client().userName();
        if (userName == null) {
            return NO_NAME;
        }
        Verdict early = system.withoutAsking(credentials);
        if (early != null) {
            return CompletableFuture.completedStage(early);
        }
        Question question = new Question(credentials.client(), userName, credentials.password());
        ByteBuffer key = cache.key(question);
        Verdict known = cache.get(key);
        metrics.looked(known != null);
        if (known != null) {
            question.clear();
            return CompletableFuture.completedStage(known);
        }
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        context.runOnContext(none -> enter(new Waiting(question, key, answer)));
        return answer;
    }

    private void enter(Waiting client) {
        if (breaker.isLeftAlone(now())) {
            tell(client, Outcome.OPEN, withoutAnswer());
        } else if (running < config.maxRequests()) {
            ask(client);
        } else if (isAdded(client)) {
            waiting = queue.size();
        } else {
            tell(client, Outcome.BUSY, CheckThreads.BUSY);
        }
    }

    /** Who has gone makes room for others. */
    private boolean isAdded(Waiting client) {
        return queue.add(client) || (queue.removeIf(RemoteAuthenticator::hasGone) && queue.add(client));
    }

    /** Whose share of the queue a client takes: of IPv6 the /64, as whoever has one address of it has them all. */
    private static Object household(String address) {
        InetAddress host = RemoteHost.of(address);
        return host == null ? address : Network.around(host, host.getAddress().length == 4 ? 32 : 64);
    }

    private static boolean hasGone(Waiting client) {
        if (client.answer.isDone()) {
            client.question.clear();
            return true;
        }
        return false;
    }

    private void ask(Waiting client) {
        if (hasGone(client) || closed) {
            return;
        }
        if (!breaker.mayAsk(now())) {
            tell(client, Outcome.OPEN, withoutAnswer());
            return;
        }
        running++;
        long began = System.nanoTime();
        OtherSystem.Asked asked;
        try {
            asked = system.ask(client.question);
        } catch (RuntimeException | Error e) {
            asked = new OtherSystem.Asked(CompletableFuture.failedFuture(e));
        }
        CompletableFuture<Verdict> heard = asked.answer();
        long timer = vertx.setTimer(
                config.timeout().toMillis(),
                id -> heard.completeExceptionally(new TimeoutException(
                        "no answer within " + config.timeout().toMillis() + " ms")));
        var unusedAnswer = heard.whenComplete((verdict, problem) -> context.runOnContext(none -> {
            vertx.cancelTimer(timer);
            metrics.took(System.nanoTime() - began);
            answered(client, verdict, problem);
        }));
        var unusedDone =
                asked.done().whenComplete((result, problem) -> context.runOnContext(none -> done(client.question)));
    }

    private void answered(Waiting client, @Nullable Verdict verdict, @Nullable Throwable problem) {
        Throwable cause = problem instanceof CompletionException wrapped ? wrapped.getCause() : problem;
        if (verdict != null) {
            goesAgain();
            cache.put(client.key, verdict);
            tell(client, outcome(verdict), verdict);
        } else if (cause instanceof UnfitException unfit) {
            goesAgain();
            rarely("{}: what comes can't be used: {}", unfit.getMessage());
            tell(client, Outcome.UNFIT, withoutAnswer());
        } else {
            if (breaker.failed(now())) {
                LOG.warn(
                        "{}: does not answer and is left alone for {} ms, clients are {}; the last failure: {}",
                        name,
                        config.breakerPause().toMillis(),
                        config.onError() == OnError.DENY ? "told to come again" : "for the next in the chain",
                        String.valueOf(cause));
                tellAllWhoWait();
            } else {
                rarely("{}: a question has failed: {}", String.valueOf(cause));
            }
            tell(client, cause instanceof TimeoutException ? Outcome.TIMEOUT : Outcome.ERROR, withoutAnswer());
        }
    }

    private void tellAllWhoWait() {
        while (!queue.isEmpty()) {
            tell(queue.remove(), Outcome.OPEN, withoutAnswer());
        }
        waiting = 0;
    }

    private void goesAgain() {
        if (breaker.state() != Breaker.State.CLOSED) {
            LOG.info("{}: answers again", name);
        }
        breaker.succeeded();
    }

    private static Outcome outcome(Verdict verdict) {
        return switch (verdict) {
            case Verdict.Allow allow -> Outcome.ALLOW;
            case Verdict.Deny(Denial denial, String why) -> denial == Denial.SERVER_BUSY ? Outcome.BUSY : Outcome.DENY;
            case Verdict.Next next -> Outcome.NEXT;
        };
    }

    private void tell(Waiting client, Outcome outcome, Verdict verdict) {
        metrics.count(outcome);
        client.answer.complete(verdict);
        if (outcome == Outcome.OPEN || outcome == Outcome.BUSY) {
            client.question.clear();
        }
    }

    private Verdict withoutAnswer() {
        return config.onError() == OnError.DENY ? UNAVAILABLE : UNANSWERED;
    }

    /** Nothing is done any more about a question: the next may be asked. Who is told at once takes no place. */
    private void done(Question question) {
        question.clear();
        running--;
        while (running < config.maxRequests() && !queue.isEmpty()) {
            Waiting next = queue.remove();
            waiting = queue.size();
            ask(next);
        }
    }

    private void rarely(String line, @Nullable String what) {
        long now = now();
        if (now - lastLine >= LOG_MILLIS) {
            lastLine = now;
            LOG.warn(line, name, what);
        } else {
            LOG.debug(line, name, what);
        }
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    /** Clients that wait are not answered any more. */
    @Override
    public void close() {
        context.runOnContext(none -> {
            closed = true;
            while (!queue.isEmpty()) {
                queue.remove().question.clear();
            }
            waiting = 0;
        });
        system.close();
    }
}
