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
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where the node speaks TLS: one thread looks at the files of all, from {@link #begin} on. Thread-safe. */
final class SecuredPlaces implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecuredPlaces.class);

    /** {@code apply} has new connections use what the files hold. */
    private record Secured(TlsWatch watch, Function<ServerSSLOptions, Future<?>> apply) {}

    private final Metrics metrics;
    private final List<Secured> places = new CopyOnWriteArrayList<>();
    /** Starts its thread with its first task; takes none any more once it is closed. */
    private final ScheduledExecutorService looking = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread thread = new Thread(task, "tls files");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    SecuredPlaces(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Adds a listener that has started. */
    void add(String name, MqttListener listener, TlsWatch watch) {
        metrics.showFailedHandshakes(name, listener::failedHandshakes);
        add(name, watch, listener::updateTls);
    }

    /** Adds the messages between nodes. */
    void add(PeerTls peers) {
        add("cluster", peers.watch(), options -> Future.failedFuture("they are taken when the node starts again"));
    }

    private void add(String name, TlsWatch watch, Function<ServerSSLOptions, Future<?>> apply) {
        metrics.showReloads(name, watch::failures);
        for (int i = 0; i < watch.certificates(); i++) {
            int certificate = i;
            metrics.showCertificate(name, certificate, () -> watch.secondsLeft(certificate));
        }
        places.add(new Secured(watch, apply));
    }

    /** Looks at the files from now on. */
    void begin() {
        long millis = TlsWatch.LOOK.toMillis();
        var unused = looking.scheduleWithFixedDelay(this::look, millis, millis, TimeUnit.MILLISECONDS);
    }

    private void look() {
        for (Secured each : places) {
            try {
                each.watch.look(each.apply);
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
