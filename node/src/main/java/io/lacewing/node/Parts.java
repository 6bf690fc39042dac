package io.lacewing.node;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a node has started, so that it can stop it in the opposite order. Thread-safe: a node may be told to stop while
 * it starts; then a part that comes late is stopped at once.
 */
final class Parts {
    private static final Logger LOG = LoggerFactory.getLogger(Parts.class);

    /** For all parts together; an orchestrator usually waits 30 s before it kills. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(15);

    private record Part(String name, Supplier<Future<Void>> stop) {}

    private final Deque<Part> running = new ArrayDeque<>();
    private boolean stopping;
    private volatile boolean clean = true;

    /**
     * Adds a part that runs from now on.
     *
     * @param name what operators call it
     * @param stop stops it; the future ends when it is stopped
     * @throws StartException if the node was told to stop meanwhile; the part is stopped
     */
    void add(String name, Supplier<Future<Void>> stop) throws StartException {
        Part part = new Part(name, stop);
        synchronized (this) {
            if (!stopping) {
                running.push(part);
                return;
            }
        }
        stop(part, System.nanoTime() + STOP_TIMEOUT.toNanos());
        throw StartException.failure("stopped while starting", null);
    }

    /** True once {@link #stop} was called: what still starts may give up. */
    synchronized boolean isStopping() {
        return stopping;
    }

    /** False if a part did not stop as it should: it may still be at work. */
    boolean isClean() {
        return clean;
    }

    /** How a part is stopped that closes at once. */
    static Supplier<Future<Void>> closing(AutoCloseable part) {
        return () -> {
            try {
                part.close();
                return Future.succeededFuture();
            } catch (Exception e) {
                return Future.failedFuture(e);
            }
        };
    }

    /**
     * Stops all, the last added first, and waits for each as long as the time for all lasts.
     *
     * @return false if nothing ran
     */
    boolean stop() {
        synchronized (this) {
            stopping = true;
        }
        long deadline = System.nanoTime() + STOP_TIMEOUT.toNanos();
        boolean any = false;
        for (Part part = next(); part != null; part = next()) {
            stop(part, deadline);
            any = true;
        }
        return any;
    }

    private synchronized @Nullable Part next() {
        return running.poll();
    }

    private void stop(Part part, long deadline) {
        try {
            CompletableFuture<Void> stopped =
                    part.stop.get().toCompletionStage().toCompletableFuture();
            stopped.get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            clean = false;
            LOG.warn("{} did not stop cleanly", part.name, e.getCause());
        } catch (RuntimeException e) {
            // The others still have to be stopped.
            clean = false;
            LOG.warn("{} could not be stopped", part.name, e);
        } catch (TimeoutException e) {
            clean = false;
            LOG.warn("{} did not stop in time", part.name);
        } catch (InterruptedException e) {
            clean = false;
            Thread.currentThread().interrupt();
        }
    }
}
