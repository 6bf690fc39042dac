package io.lacewing.node.auth.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class AnswerCacheTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);
    private static final Verdict ALLOW = new Verdict.Allow(Identity.of("ann", Set.of()));

    private long nanos;

    private AnswerCache cache(int entries) {
        return new AnswerCache(
                Duration.ofSeconds(60),
                Duration.ofSeconds(10),
                entries,
                new SecureRandom(),
                () -> nanos,
                () -> NOW.plusNanos(nanos));
    }

    private static Question question(
            String user, @Nullable String password, String id, String address, String listener, @Nullable String name) {
        PeerCertificate certificate =
                name == null ? null : new PeerCertificate("CN=" + name, name, List.of(), List.of(), List.of());
        return new Question(
                new ClientDetails(id, user, address, listener, 5, certificate),
                user,
                password == null ? null : password.getBytes(StandardCharsets.UTF_8));
    }

    private static Question question(String user, @Nullable String password) {
        return question(user, password, "c", "192.0.2.1:5", "tcp", null);
    }

    @Test
    void whateverTheSystemMayJudgeByMakesAnotherClient() {
        AnswerCache cache = cache(100);
        List<Question> all = List.of(
                question("ann", "x"),
                question("annx", ""),
                question("ann", ""),
                question("ann", null),
                question("bob", "x"),
                question("ann", "x", "d", "192.0.2.1:5", "tcp", null),
                question("ann", "x", "c", "192.0.2.2:5", "tcp", null),
                question("ann", "x", "c", "192.0.2.1:5", "tls", null),
                question("ann", "x", "c", "192.0.2.1:5", "tcp", ""),
                question("ann", "x", "c", "192.0.2.1:5", "tcp", "n"));
        Set<ByteBuffer> keys = new HashSet<>();
        all.forEach(each -> keys.add(cache.key(each)));
        assertEquals(all.size(), keys.size());
        assertTrue(keys.contains(cache.key(question("ann", "x", "c", "192.0.2.1:6", "tcp", null))), "another port");
        assertNotEquals(cache.key(all.getFirst()), cache(1).key(all.getFirst()), "the key is random");
    }

    @Test
    void answersAreForgottenInTime() {
        AnswerCache cache = cache(100);
        ByteBuffer good = cache.key(question("ann", "good"));
        ByteBuffer bad = cache.key(question("ann", "bad"));
        ByteBuffer unknown = cache.key(question("bob", "bad"));
        ByteBuffer brief = cache.key(question("ann", "brief"));
        cache.put(good, ALLOW);
        cache.put(bad, Verdict.WRONG);
        cache.put(unknown, new Verdict.Next());
        cache.put(brief, new Verdict.Allow(Identity.of("ann", Set.of()), NOW.plusSeconds(5)));
        nanos = Duration.ofMillis(4_999).toNanos();
        assertEquals(NOW.plusSeconds(5), ((Verdict.Allow) require(cache.get(brief))).until());
        nanos = Duration.ofSeconds(5).toNanos();
        assertNull(cache.get(brief), "its time is over");
        assertEquals(Verdict.WRONG, cache.get(bad));
        nanos = Duration.ofSeconds(10).toNanos();
        assertNull(cache.get(bad));
        assertNull(cache.get(unknown));
        assertEquals(ALLOW, cache.get(good));
        nanos = Duration.ofSeconds(60).toNanos();
        assertNull(cache.get(good));
    }

    private static Verdict require(@Nullable Verdict verdict) {
        return verdict == null ? Verdict.WRONG : verdict;
    }

    @Test
    void whatSaysNothingOfTheClientIsNotRemembered() {
        AnswerCache cache = cache(100);
        ByteBuffer key = cache.key(question("ann", "x"));
        cache.put(key, CheckThreads.BUSY);
        assertNull(cache.get(key));
    }

    @Test
    void itsSizeIsBounded() {
        AnswerCache cache = cache(10);
        int kept = 0;
        for (int i = 0; i < 1_000; i++) {
            cache.put(cache.key(question("ann", "p" + i)), Verdict.WRONG);
        }
        for (int i = 0; i < 1_000; i++) {
            kept += cache.get(cache.key(question("ann", "p" + i))) == null ? 0 : 1;
        }
        assertTrue(kept > 0 && kept <= 10, kept + " kept");
    }
}
