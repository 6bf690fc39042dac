package io.lacewing.node.tls;

import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.files.Settling;
import io.vertx.core.Future;
import io.vertx.core.net.ServerSSLOptions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of one listener, or of the event bus, over time: what changes is loaded for new connections, and an end that comes
 * near is logged.
 *
 * <p>Whether files changed is seen by their content, at each look: so a secret of Kubernetes, where a link is exchanged, is
 * noticed as a file that is written anew is. A change is loaded as {@link Settling} says, so that files that are written one
 * after the other are not taken half. What can't be used is logged and counted once, and the old stays.
 *
 * <p>{@link #look} is for one thread, not an event loop: it reads files. The rest may be called from any thread.
 */
public final class TlsWatch {
    /** How often to look. */
    public static final Duration LOOK = Duration.ofSeconds(2);

    private static final Logger LOG = LoggerFactory.getLogger(TlsWatch.class);
    private static final long APPLY_SECONDS = 30;
    private static final String NOT_TAKEN = "not taken: ";

    private final String user;
    private final TlsConfig config;
    private final TlsNames names;
    private final InstantSource clock;
    private final AtomicLong failures = new AtomicLong();
    private final List<Integer> said = new ArrayList<>();
    private final Settling settling;
    private volatile TlsMaterial material;
    private volatile Consumer<String> told = what -> {};
    private volatile Consumer<Predicate<List<X509Certificate>>> judges = revoked -> {};

    private TlsWatch(String user, TlsFiles files, TlsMaterial material, InstantSource clock) {
        this.user = user;
        this.config = files.config();
        this.names = files.names();
        this.material = material;
        this.clock = clock;
        this.settling = new Settling(files.fingerprint());
    }

    /**
     * Reads the files of a listener for the first time.
     *
     * @param user whose they are, for messages, as "listener tls"
     * @param names of the configuration's keys, for messages
     * @throws TlsException as {@link TlsMaterial#read}
     */
    public static TlsWatch begin(String user, TlsConfig config, TlsNames names, InstantSource clock)
            throws TlsException {
        TlsFiles files = TlsFiles.read(config, names);
        TlsWatch watch = new TlsWatch(user, files, TlsMaterial.of(files), clock);
        watch.material.warnings(clock.instant()).forEach(LOG::warn);
        watch.rememberSaid();
        return watch;
    }

    /** Has {@code listener} told of each change that is taken or refused, in words, by the thread that looks. */
    public void tell(Consumer<String> listener) {
        told = listener;
    }

    /**
     * Tells who of those that are connected has been revoked, now and whenever that may have changed.
     *
     * @param by is given what is true of a client's chain of certificates if one of them is revoked, for any thread; called by
     *     the thread that looks, and never if no lists of revoked certificates are configured
     */
    public void judge(Consumer<Predicate<List<X509Certificate>>> by) {
        if (!config.crl().isEmpty()) {
            judges = by;
            by.accept(material.revoked()::revokes);
        }
    }

    /** What new connections get. */
    public TlsMaterial material() {
        return material;
    }

    /** How often changed files could not be used. */
    public long failures() {
        return failures.get();
    }

    /** How many certificates the listener has. */
    public int certificates() {
        return config.certificates().size();
    }

    /** In how many seconds the certificate ends, or one of its chain; negative if it has. */
    public double secondsLeft(int certificate) {
        return Duration.between(clock.instant(), material.expiry(certificate)).toMillis() / 1000.0;
    }

    /** How many files with lists of revoked certificates there are. */
    public int lists() {
        return config.crl().size();
    }

    /** In how many seconds a list in this file is out of date; negative if it is. */
    public double secondsLeftOfList(int file) {
        return Duration.between(clock.instant(), material.revoked().end(file)).toMillis() / 1000.0;
    }

    /**
     * Looks at the files, and loads them if they have changed.
     *
     * @param apply has new connections use them; its future may fail, which leaves the old
     */
    public void look(Function<ServerSSLOptions, Future<?>> apply) {
        lookAt(files -> load(files, apply));
    }

    /** The same for what keeps what it has begun with: that files have changed is only said. */
    public void lookOnly() {
        lookAt(this::remember);
    }

    private void lookAt(Consumer<TlsFiles> take) {
        TlsFiles files = null;
        String now;
        try {
            files = TlsFiles.read(config, names);
            now = files.fingerprint();
        } catch (TlsException e) {
            now = String.valueOf(e.getMessage());
        }
        switch (settling.look(now)) {
            case NOTHING -> {
                // As they should be, or not yet.
            }
            case BACK -> LOG.info("{}: the files of TLS are again as they were when they were loaded", user);
            case CHANGED -> {
                if (files == null) {
                    refused(now);
                } else {
                    take.accept(files);
                }
            }
        }
        sayWhatEnds();
    }

    private void load(TlsFiles files, Function<ServerSSLOptions, Future<?>> apply) {
        try {
            TlsMaterial next = TlsMaterial.of(files);
            apply.apply(next.options())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(APPLY_SECONDS, TimeUnit.SECONDS);
            material = next;
            settling.taken();
            judges.accept(next.revoked()::revokes);
            LOG.info("{}: new certificates for new connections", user);
            told.accept("changed files of TLS of " + user + ": new certificates for new connections");
            next.warnings(clock.instant()).forEach(LOG::warn);
            rememberSaid();
        } catch (TlsException e) {
            refused(String.valueOf(e.getMessage()));
        } catch (ExecutionException e) {
            Throwable why = e.getCause() == null ? e : e.getCause();
            refused(NOT_TAKEN + (why.getMessage() == null ? why : why.getMessage()));
        } catch (TimeoutException | CancellationException e) {
            refused(NOT_TAKEN + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void remember(TlsFiles files) {
        try {
            var unused = TlsMaterial.of(files);
            settling.taken();
            LOG.warn("{}: the files of TLS have changed, which counts from the node's next start on", user);
        } catch (TlsException e) {
            refused(String.valueOf(e.getMessage()));
        }
    }

    private void refused(String why) {
        settling.refused();
        failures.incrementAndGet();
        told.accept("changed files of TLS of " + user + " not taken: " + why);
        LOG.error("{}: the changed files of TLS can't be used, what was loaded before stays: {}", user, why);
    }

    private void rememberSaid() {
        said.clear();
        Instant now = clock.instant();
        material.terms().forEach(term -> said.add(term.stage(now)));
    }

    private void sayWhatEnds() {
        Instant now = clock.instant();
        List<Term> terms = material.terms();
        for (int i = 0; i < said.size(); i++) {
            int stage = terms.get(i).stage(now);
            if (stage > said.get(i)) {
                said.set(i, stage);
                LOG.warn("{}: {}", user, terms.get(i).say(stage));
            }
        }
    }
}
