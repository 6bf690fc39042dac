package io.lacewing.node.http;

import io.lacewing.node.auth.CheckThreads;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.password.PasswordFile;
import io.vertx.core.Context;
import io.vertx.core.Future;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Checks users' passwords, so that neither those who guess nor those who ask often cost much. Owned by the endpoint's event loop;
 * counters may be read by any thread.
 *
 * <p>A password that was right is remembered for {@value #REMEMBER_SECONDS} s or until the file of users changes, at most
 * {@value #REMEMBERED} of them, so that a scrape every few seconds is not calculated each time. What is remembered is a keyed hash
 * of name and password; the key is made at the start and nowhere else. Others are checked on a thread of its own, for which
 * {@value #MAX_WAITING} may wait, {@value #MAX_WAITING_OF_ONE} of one address; {@link LoginAttempts} bounds how often an address
 * may be wrong.
 */
final class Logins implements AutoCloseable {
    static final int MAX_WAITING = 32;
    static final int MAX_WAITING_OF_ONE = 4;
    private static final int REMEMBERED = 64;
    private static final int REMEMBER_SECONDS = 60;
    private static final long REMEMBER = TimeUnit.SECONDS.toNanos(REMEMBER_SECONDS);
    private static final String HASH = "HmacSHA256";

    /** The same words whether the name or the password is wrong. */
    private static final String WRONG = "user name or password is wrong";

    private record Known(Caller caller, PasswordFile file, long since) {}

    private final AdminUsers users;
    private final LongSupplier clock;
    private final CheckThreads checks = new CheckThreads("http-password", 1);
    private final LoginAttempts attempts = new LoginAttempts();
    private final Mac hash;
    private final Map<ByteBuffer, Future<Caller>> checking = new HashMap<>();
    private final Map<String, Integer> waiting = new HashMap<>();
    private final Map<ByteBuffer, Known> known = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<ByteBuffer, Known> eldest) {
            return size() > REMEMBERED;
        }
    };
    private final AtomicLong allowed = new AtomicLong();
    private final AtomicLong denied = new AtomicLong();
    private final AtomicLong limited = new AtomicLong();
    private final AtomicLong busy = new AtomicLong();

    /**
     * Nobody is checked yet.
     *
     * @param clock nanoseconds
     */
    Logins(AdminUsers users, SecureRandom random, LongSupplier clock) {
        this.users = users;
        this.clock = clock;
        byte[] key = new byte[32];
        random.nextBytes(key);
        try {
            this.hash = Mac.getInstance(HASH);
            hash.init(new SecretKeySpec(key, HASH));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has " + HASH, e);
        }
    }

    /**
     * Who has proven to be a user. Takes {@code login}, which is cleared when it is not needed any more.
     *
     * @param address that it came from
     * @param context of the endpoint's event loop, on which the answer comes
     * @return failed with {@link Refused} if it is wrong, or can't be checked now
     */
    Future<Caller> prove(String address, BasicLogin login, Context context) {
        ByteBuffer key = key(login);
        Known before = known.get(key);
        if (before != null && before.file == users.current() && clock.getAsLong() - before.since < REMEMBER) {
            login.clear();
            allowed.incrementAndGet();
            return Future.succeededFuture(before.caller);
        }
        Future<Caller> running = checking.get(key);
        if (running != null) {
            login.clear();
            return running;
        }
        Refused objection = objection(address);
        if (objection != null) {
            login.clear();
            return Future.failedFuture(objection);
        }
        return check(address, login, key, context);
    }

    private @Nullable Refused objection(String address) {
        if (checking.size() >= MAX_WAITING || waiting.getOrDefault(address, 0) >= MAX_WAITING_OF_ONE) {
            busy.incrementAndGet();
            return new Refused(503, "too many passwords wait for their check; try again later", 1);
        }
        if (!attempts.take(address, clock.getAsLong())) {
            limited.incrementAndGet();
            return new Refused(
                    429, "too many wrong passwords from this address; try again later", LoginAttempts.SECONDS);
        }
        return null;
    }

    private Future<Caller> check(String address, BasicLogin login, ByteBuffer key, Context context) {
        PasswordFile file = users.current();
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        Future<Caller> caller = Future.fromCompletionStage(answer, context)
                .compose(verdict -> decided(verdict, address, login.name(), key, file))
                .onComplete(done -> {
                    login.clear();
                    checking.remove(key);
                    waiting.computeIfPresent(address, (of, count) -> count == 1 ? null : count - 1);
                });
        checking.put(key, caller);
        waiting.merge(address, 1, Integer::sum);
        checks.run(answer, () -> users.verdict(file, login.name(), login.password()));
        return caller;
    }

    private Future<Caller> decided(Verdict verdict, String address, String name, ByteBuffer key, PasswordFile file) {
        if (verdict instanceof Verdict.Allow(Identity identity, Instant until)) {
            allowed.incrementAndGet();
            attempts.giveBack(address);
            Caller caller = new Caller(name, AdminRole.highest(identity.groups()));
            known.put(key, new Known(caller, file, clock.getAsLong()));
            return Future.succeededFuture(caller);
        }
        denied.incrementAndGet();
        return Future.failedFuture(new Refused(401, WRONG));
    }

    private ByteBuffer key(BasicLogin login) {
        byte[] name = login.name().getBytes(StandardCharsets.UTF_8);
        hash.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
        hash.update(name);
        return ByteBuffer.wrap(hash.doFinal(login.password()));
    }

    /** Users of the file now. */
    long users() {
        return users.size();
    }

    /** Changes of the file that were not taken. */
    long rejectedFiles() {
        return users.rejected();
    }

    /** Passwords that were right. */
    long allowed() {
        return allowed.get();
    }

    /** Passwords that were wrong. */
    long denied() {
        return denied.get();
    }

    /** Passwords that were not checked, as their address had been wrong too often. */
    long limited() {
        return limited.get();
    }

    /** Passwords that were not checked, as too many waited. */
    long busy() {
        return busy.get();
    }

    /** Who waits is not answered any more. */
    @Override
    public void close() {
        checks.close();
    }
}
