package io.lacewing.node;

import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.mqtt.MqttListener;
import io.lacewing.node.tls.TlsWatch;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The listeners on TLS: one thread looks at their files. Filled by the thread that starts the node, until {@link #begin};
 * {@link #close} may come from another.
 */
final class SecuredListeners implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SecuredListeners.class);

    private record Secured(MqttListener listener, TlsWatch watch) {}

    private final Metrics metrics;
    private final List<Secured> listeners = new ArrayList<>();
    /** Starts its thread with its first task; takes none any more once it is closed. */
    private final ScheduledExecutorService looking = new ScheduledThreadPoolExecutor(
            1,
            task -> {
                Thread thread = new Thread(task, "tls files");
                thread.setDaemon(true);
                return thread;
            },
            new ThreadPoolExecutor.DiscardPolicy());

    SecuredListeners(Metrics metrics) {
        this.metrics = metrics;
    }

    /** Adds a listener that has started. */
    void show(String name, MqttListener listener, TlsWatch watch) {
        listeners.add(new Secured(listener, watch));
        metrics.showTls(name, listener::failedHandshakes, watch::failures);
        for (int i = 0; i < watch.certificates(); i++) {
            int certificate = i;
            metrics.showCertificate(name, certificate, () -> watch.secondsLeft(certificate));
        }
    }

    /** Looks at the files from now on. */
    void begin() {
        if (listeners.isEmpty()) {
            return;
        }
        long millis = TlsWatch.LOOK.toMillis();
        var unused = looking.scheduleWithFixedDelay(
                () -> look(List.copyOf(listeners)), millis, millis, TimeUnit.MILLISECONDS);
    }

    private static void look(List<Secured> listeners) {
        for (Secured each : listeners) {
            try {
                each.watch.look(each.listener::updateTls);
            } catch (RuntimeException | Error e) {
                // The next look may go better, and that of the other listeners.
                LOG.error("looking at the files of TLS failed", e);
            }
        }
    }

    @Override
    public void close() {
        looking.shutdownNow();
    }
}
