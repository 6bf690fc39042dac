package io.lacewing.node;

import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.mqtt.MqttListener;
import io.lacewing.node.tls.PeerTls;
import io.lacewing.node.tls.TlsWatch;
import io.vertx.core.Future;
import io.vertx.core.net.ServerSSLOptions;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the node speaks TLS: one thread looks at the files of all, from {@link #begin} on. Thread-safe. */
final class SecuredPlaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecuredPlaces.class);

    private final List<Runnable> looks = new CopyOnWriteArrayList<>();
    private final Metrics metrics;
    private final Consumer<String> told;
    /** Starts its thread with its first task; takes none any more once it is closed. */
    private final ScheduledExecutorService looking = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread thread = new Thread(task, "tls files");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    /** As {@link #SecuredPlaces(Metrics, Consumer)}, and nobody is told of changes. */
    SecuredPlaces(Metrics metrics) {
        this(metrics, what -> {});
    }

    /**
     * Looks at nothing yet.
     *
     * @param told hears of changed files, in words; any thread
     */
    SecuredPlaces(Metrics metrics, Consumer<String> told) {
        this.metrics = metrics;
        this.told = told;
    }

    /** Adds a listener that has started. */
    void add(String name, MqttListener listener, TlsWatch watch) {
        add(name, listener::updateTls, listener::failedHandshakes, watch);
    }

    /** Adds what listens and has started. */
    void add(
            String name,
            Function<ServerSSLOptions, Future<?>> updateTls,
            LongSupplier failedHandshakes,
            TlsWatch watch) {
        metrics.showFailedHandshakes(name, failedHandshakes);
        show(name, watch);
        looks.add(() -> watch.look(updateTls));
    }

    /** Adds the messages between nodes. */
    void add(PeerTls peers) {
        show("cluster", peers.watch());
        looks.add(peers.watch()::lookOnly);
    }

    private void show(String name, TlsWatch watch) {
        watch.tell(told);
        metrics.showReloads(name, watch::failures);
        for (int i = 0; i < watch.certificates(); i++) {
            int certificate = i;
            metrics.showCertificate(name, certificate, () -> watch.secondsLeft(certificate));
        }
        for (int i = 0; i < watch.lists(); i++) {
            int file = i;
            metrics.showRevocationList(name, file, () -> watch.secondsLeftOfList(file));
        }
    }

    /** Looks at the files from now on. */
    void begin() {
        long millis = TlsWatch.LOOK.toMillis();
        var unused = looking.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (Runnable look : looks) {
            try {
                look.run();
            } catch (RuntimeException | Error e) {
                // The next look may go better, and that of the others.
                LOG.error("looking at the files of TLS failed", e);
            }
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
