package io.lacewing.node.auth.remote;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.OnError;
import io.lacewing.node.config.RemoteConfig;
import io.lacewing.node.metrics.Metrics;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The frame, around a system that answers when the test does. */
class RemoteAuthenticatorTest {
    private static final Verdict ALLOW = new Verdict.Allow(Identity.of("ann", Set.of()));

    private record Open(Question question, CompletableFuture<Verdict> answer, CompletableFuture<Object> done) {}

    private static final class Scripted implements OtherSystem {
        private final BlockingQueue<Open> open = new LinkedBlockingQueue<>();

        @Override
        public @Nullable Verdict withoutAsking(Credentials credentials) {
            return null;
        }

        @Override
        public Asked ask(Question question) {
            Open mine = new Open(question, new CompletableFuture<>(), new CompletableFuture<>());
            open.add(mine);
            return new Asked(mine.answer, mine.done);
        }

        Open next() throws InterruptedException {
            Open next = open.poll(30, TimeUnit.SECONDS);
            assertNotNull(next, "not asked");
            return next;
        }

        @Override
        public void close() {
            open.clear();
        }
    }

    private final Vertx vertx = Vertx.vertx();
    private final Metrics metrics = new Metrics("test", "test");
    private final Scripted system = new Scripted();
    private final RemoteAuthenticator authenticator = make("test", Duration.ofMinutes(1));

    private RemoteAuthenticator make(String name, Duration timeout) {
        RemoteConfig config = new RemoteConfig(
                timeout, OnError.DENY, 1, 2, Duration.ofMinutes(10), Duration.ofMinutes(1), Duration.ofMinutes(1), 100);
        return new RemoteAuthenticator(name, config, system, metrics.remote(name), vertx, new SecureRandom());
    }

    @AfterEach
    void close() throws Exception {
        authenticator.close();
        metrics.close();
        vertx.close().await(30, TimeUnit.SECONDS);
    }

    private static Credentials credentials(String id) {
        return credentials(id, "192.0.2.1");
    }

    private static Credentials credentials(String id, String address) {
        return new Credentials(new ClientDetails(id, "ann", address + ":1", "tcp", 5), new byte[] {1, 2, 3});
    }

    private CompletableFuture<Verdict> ask(String id) {
        return authenticator.authenticate(credentials(id)).toCompletableFuture();
    }

    private CompletableFuture<Verdict> ask(String id, String address) {
        return authenticator.authenticate(credentials(id, address)).toCompletableFuture();
    }

    private static Verdict get(CompletableFuture<Verdict> answer) throws Exception {
        return answer.get(30, TimeUnit.SECONDS);
    }

    @Test
    void thePasswordIsThereUntilTheQuestionIsDoneWith() throws Exception {
        Credentials credentials = credentials("c");
        CompletableFuture<Verdict> answer =
                authenticator.authenticate(credentials).toCompletableFuture();
        Open open = system.next();
        // The client goes, and its password is overwritten.
        answer.cancel(false);
        credentials.clear();
        assertArrayEquals(new byte[] {1, 2, 3}, open.question.password());
        open.answer.complete(ALLOW);
        open.done.complete("done");
        // One more turn of the context, so that it has heard.
        CompletableFuture<Verdict> other = ask("d");
        Open next = system.next();
        next.answer.complete(Verdict.WRONG);
        next.done.complete("done");
        get(other);
        // What was said is remembered for the password that was asked about.
        assertEquals(ALLOW, get(ask("c")));
        assertNull(system.open.poll());
        assertArrayEquals(new byte[3], open.question.password());
    }

    @Test
    void aPlaceIsFreeWhenTheWorkIsDoneAndNotWhenItsTimeIsOver() throws Exception {
        RemoteAuthenticator brief = make("brief", Duration.ofMillis(200));
        CompletableFuture<Verdict> one = brief.authenticate(credentials("one")).toCompletableFuture();
        CompletableFuture<Verdict> two = brief.authenticate(credentials("two")).toCompletableFuture();
        Open first = system.next();
        assertFalse(get(one) instanceof Verdict.Allow, "its time is over");
        assertNull(system.open.poll());
        first.done.complete("done");
        Open second = system.next();
        assertEquals("two", second.question.client().clientId());
        second.answer.complete(ALLOW);
        second.done.complete("done");
        get(two);
        brief.close();
    }

    @Test
    void theQueueIsBoundedAndWhoHasGoneMakesRoom() throws Exception {
        CompletableFuture<Verdict> one = ask("one");
        Open first = system.next();
        List<CompletableFuture<Verdict>> waiting = new ArrayList<>();
        for (int i = 0; i < CheckThreads.MAX_WAITING; i++) {
            waiting.add(ask("w" + i, "10.0." + i / 256 + "." + i % 256));
        }
        assertEquals(CheckThreads.BUSY, get(ask("busy")));
        waiting.forEach(each -> each.cancel(false));
        CompletableFuture<Verdict> last = ask("last");
        first.answer.complete(ALLOW);
        first.done.complete("done");
        assertEquals(ALLOW, get(one));
        Open next = system.next();
        assertEquals("last", next.question.client().clientId());
        next.answer.complete(Verdict.WRONG);
        next.done.complete("done");
        assertEquals(Verdict.WRONG, get(last));
    }

    /** Addresses of one /64 are one. */
    @ParameterizedTest
    @ValueSource(strings = {"192.0.2.7", "2001:db8:1:2::%x"})
    void oneAddressLeavesRoomForOthers(String address) throws Exception {
        CompletableFuture<Verdict> one = ask("one");
        Open first = system.next();
        List<CompletableFuture<Verdict>> many = new ArrayList<>();
        for (int i = 1; i <= CheckThreads.MAX_WAITING; i++) {
            many.add(ask("w" + i, String.format(address, i)));
        }
        assertEquals(CheckThreads.BUSY, get(many.getLast()));
        CompletableFuture<Verdict> other = ask("other", "198.51.100.1");
        // The next turn of the context: it has been taken.
        assertEquals(CheckThreads.BUSY, get(ask("more", String.format(address, 2_000))));
        assertFalse(other.isDone());
        many.forEach(each -> each.cancel(false));
        first.answer.complete(ALLOW);
        first.done.complete("done");
        get(one);
        Open next = system.next();
        assertEquals("other", next.question.client().clientId());
        next.answer.complete(ALLOW);
        next.done.complete("done");
        assertEquals(ALLOW, get(other));
    }

    @Test
    void whoWaitsIsToldAsSoonAsTheSystemIsLeftAlone() throws Exception {
        CompletableFuture<Verdict> one = ask("one");
        CompletableFuture<Verdict> two = ask("two");
        CompletableFuture<Verdict> three = ask("three");
        Open first = system.next();
        first.answer.completeExceptionally(new IllegalStateException("for this test"));
        first.done.complete("done");
        Verdict told = get(one);
        Open second = system.next();
        second.answer.completeExceptionally(new IllegalStateException("for this test"));
        // The second holds its place yet.
        assertEquals(told, get(two));
        assertEquals(told, get(three));
        assertEquals(told, get(ask("four")));
        assertNull(system.open.poll());
        second.done.complete("done");
    }
}
