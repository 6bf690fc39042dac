package io.lacewing.node.auth.jwt;

import io.lacewing.node.auth.remote.Fetch;
import io.lacewing.node.config.JwksConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemTrustOptions;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jose4j.lang.JoseException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Public keys that are fetched: at the start, every {@code refresh}, and when somebody asks for one that is not there, as
 * {@link JwksSchedule} allows. One fetch at a time, bounded in time and size; redirects are not followed. What was fetched last
 * stays for {@code keepFor} while nothing new comes. {@link #keys()} is for any thread, as is what returns at once; the rest
 * runs on one context of its own.
 */
final class JwksSource implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(JwksSource.class);

    /** Of a response; a key takes a kilobyte, with its certificate five. */
    static final int MAX_BYTES = 1 << 20;

    private final JwksConfig config;
    private final Vertx vertx;
    private final Context context;
    private final HttpClient client;
    private final JwksSchedule schedule;
    private final AtomicLong succeeded = new AtomicLong();
    private final AtomicLong failed = new AtomicLong();
    private volatile List<TokenKey> keys = List.of();
    private volatile boolean inDoubt = true;
    private @Nullable Promise<Void> running;
    private long timer = -1;
    private boolean closed;

    /**
     * Makes one that has not fetched yet.
     *
     * @param authorities PEM of those that the server's certificate must be from; null: the JDK's
     */
    JwksSource(Vertx vertx, JwksConfig config, byte @Nullable [] authorities) {
        this.config = config;
        this.vertx = vertx;
        this.context = vertx.getOrCreateContext();
        this.schedule = new JwksSchedule(
                config.refresh().toMillis(),
                config.cooldown().toMillis(),
                config.keepFor().toMillis());
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(config.url().getScheme().equals("https"))
                .setConnectTimeout(Math.toIntExact(config.timeout().toMillis()))
                .setKeepAlive(false);
        if (authorities != null) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authorities)));
        }
        this.client = vertx.createHttpClient(options, new PoolOptions().setHttp1MaxSize(1));
    }

    /** Fetches for the first time; returns at once. */
    void start() {
        context.runOnContext(none -> fetch());
    }

    /** The keys that may be used now. */
    List<TokenKey> keys() {
        return keys;
    }

    /** True if a key that is not here may be known to the issuer all the same, as the last fetch has not succeeded. */
    boolean isInDoubt() {
        return inDoubt;
    }

    /** Fetches that have succeeded. */
    long succeeded() {
        return succeeded.get();
    }

    /** Fetches that have failed. */
    long failed() {
        return failed.get();
    }

    /** Looks for keys that are not here; the future ends, always well, when there may be some or when it is not time to look. */
    Future<Void> look() {
        Promise<Void> looked = Promise.promise();
        context.runOnContext(none -> {
            if (running == null && schedule.mayFetch(now())) {
                fetch();
            }
            if (running == null) {
                looked.complete();
            } else {
                running.future().onComplete(looked);
            }
        });
        return looked.future();
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }

    private void fetch() {
        if (closed || running != null) {
            return;
        }
        if (timer >= 0) {
            vertx.cancelTimer(timer);
        }
        Promise<Void> mine = Promise.promise();
        running = mine;
        // A time-out comes on a thread of its own.
        get().map(this::parse)
                .onComplete(result -> context.runOnContext(none -> {
                    running = null;
                    if (result.succeeded()) {
                        take(result.result());
                    } else {
                        refuse(result.cause());
                    }
                    inDoubt = schedule.isInDoubt();
                    mine.complete();
                }));
    }

    private List<TokenKey> parse(Buffer body) {
        try {
            return KeySet.parse(body.toString(StandardCharsets.UTF_8), config.algorithms());
        } catch (JoseException e) {
            throw new IllegalStateException("what comes is no set of keys", e);
        }
    }

    private void take(List<TokenKey> fetched) {
        succeeded.incrementAndGet();
        again(schedule.succeeded(now()));
        boolean changed = fetched.size() != keys.size();
        keys = fetched;
        if (fetched.isEmpty()) {
            LOG.warn("auth.jwt.jwks: {} has no key that can be used for {}", config.url(), config.algorithms());
        } else if (changed) {
            LOG.info("auth.jwt.jwks: {} keys from {}", fetched.size(), config.url());
        }
    }

    private void refuse(Throwable problem) {
        failed.incrementAndGet();
        long wait = schedule.failed(now());
        again(wait);
        boolean dropped = !schedule.isFresh(now()) && !keys.isEmpty();
        if (dropped) {
            keys = List.of();
        }
        LOG.warn(
                "auth.jwt.jwks: {} can't be fetched, the next try is in {} ms; {}: {}",
                config.url(),
                wait,
                dropped ? "its keys are too old to be used any more" : keys.size() + " keys stay in use",
                problem.toString());
    }

    /** The next fetch, unless somebody asks before. Keys must be dropped in time, too. */
    private void again(long wait) {
        if (!closed) {
            long left = Math.max(1, Math.min(wait, config.keepFor().toMillis()));
            timer = vertx.setTimer(left, id -> {
                timer = -1;
                context.runOnContext(none -> fetch());
            });
        }
    }

    private Future<Buffer> get() {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.GET)
                .setAbsoluteURI(config.url().toString())
                .putHeader(HttpHeaders.ACCEPT, "application/jwk-set+json, application/json");
        return new Fetch(client, MAX_BYTES)
                .send(options, Buffer.buffer(), config.timeout().toMillis())
                .map(answer -> {
                    if (answer.status() != 200) {
                        throw new IllegalStateException("it answers with status " + answer.status());
                    }
                    return answer.body();
                });
    }

    /** Nothing is fetched any more. */
    @Override
    public void close() {
        context.runOnContext(none -> {
            closed = true;
            if (timer >= 0) {
                vertx.cancelTimer(timer);
            }
        });
        var unused = client.close();
    }
}
