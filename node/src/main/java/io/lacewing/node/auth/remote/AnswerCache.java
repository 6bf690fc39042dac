package io.lacewing.node.auth.remote;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.Ticker;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.auth.Verdict;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.InstantSource;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * What another system has said of clients a short while ago. A client is remembered by a hash of all that the system may have
 * judged it by, with a key that is random per process: a password is neither kept nor can it be guessed by what is. Thread-safe.
 */
final class AnswerCache {
    private static final String HASH = "HmacSHA256";

    private final Cache<ByteBuffer, Verdict> answers;
    private final SecretKeySpec secret;

    AnswerCache(
            Duration ttl, Duration deniedTtl, int entries, SecureRandom random, Ticker ticker, InstantSource clock) {
        byte[] key = new byte[32];
        random.nextBytes(key);
        this.secret = new SecretKeySpec(key, HASH);
        this.answers = Caffeine.newBuilder()
                .maximumSize(entries)
                .ticker(ticker)
                // By whoever comes, so that it needs no thread.
                .executor(Runnable::run)
                .expireAfter(Expiry.<ByteBuffer, Verdict>creating(
                        (client, answer) -> lifetime(answer, ttl, deniedTtl, clock)))
                .build();
    }

    private static Duration lifetime(Verdict answer, Duration ttl, Duration deniedTtl, InstantSource clock) {
        if (!(answer instanceof Verdict.Allow allow)) {
            return deniedTtl;
        }
        if (allow.until() == null) {
            return ttl;
        }
        Duration left = Duration.between(clock.instant(), allow.until());
        return left.isNegative() ? Duration.ZERO : left.compareTo(ttl) < 0 ? left : ttl;
    }

    /** By what a client is remembered. */
    ByteBuffer key(Question question) {
        ClientDetails client = question.client();
        PeerCertificate certificate = client.certificate();
        InetAddress host = RemoteHost.of(client.remoteAddress());
        Mac mac;
        try {
            mac = Mac.getInstance(HASH);
            mac.init(secret);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every JDK has " + HASH, e);
        }
        add(mac, utf8(question.userName()));
        add(mac, question.password());
        add(mac, utf8(client.clientId()));
        add(mac, utf8(client.listener()));
        add(mac, host == null ? utf8(client.remoteAddress()) : host.getAddress());
        add(mac, certificate == null ? null : utf8(certificate.commonName()));
        return ByteBuffer.wrap(mac.doFinal());
    }

    private static byte @Nullable [] utf8(@Nullable String text) {
        return text == null ? null : text.getBytes(StandardCharsets.UTF_8);
    }

    /** With its length, so that no two clients make the same bytes; nothing is not the same as empty. */
    private static void add(Mac mac, byte @Nullable [] part) {
        mac.update(
                ByteBuffer.allocate(4).putInt(part == null ? -1 : part.length).flip());
        if (part != null) {
            mac.update(part);
        }
    }

    /** What was said; null if it is not known, or was too long ago. */
    @Nullable
    Verdict get(ByteBuffer key) {
        return answers.getIfPresent(key);
    }

    /** Remembers an answer, if it says something of the client and not of how the system is. */
    void put(ByteBuffer key, Verdict answer) {
        boolean ofTheSystem = answer instanceof Verdict.Deny(Denial denial, String why)
                && denial != Denial.BAD_USER_NAME_OR_PASSWORD
                && denial != Denial.NOT_AUTHORIZED;
        if (!ofTheSystem) {
            answers.put(key, answer);
        }
    }
}
