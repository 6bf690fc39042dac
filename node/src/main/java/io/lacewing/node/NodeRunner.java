package io.lacewing.node;

import io.lacewing.node.auth.Mechanism;
import io.lacewing.node.config.NodeConfig;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs a node, and when its cluster goes on without it, another in its place: with the same configuration, ports and data
 * directory, in the same process, under a new incarnation. {@link #start} and {@link #stop} block and may be called from
 * different threads, each once.
 */
final class NodeRunner {
    private static final Logger LOG = LoggerFactory.getLogger(Node.class);
    private static final Duration FIRST_BACK_OFF = Duration.ofSeconds(1);
    private static final Duration LONGEST_BACK_OFF = Duration.ofSeconds(30);

    /** A little more than the node itself takes at most. */
    private static final Duration STOP_TIMEOUT = Duration.ofSeconds(17);

    private final Map<String, Mechanism> mechanisms;
    private final Outcome outcome;

    /** Guards what follows. */
    private final Object lock = new Object();

    private NodeConfig config;
    private @Nullable Node node;
    private @Nullable Thread rejoining;
    private int rejoins;

    /** The node serves clients. */
    private boolean running;

    /** Why the cluster goes on without a node that does not run yet. */
    private @Nullable String early;

    private boolean stopping;

    /** Is told how it goes on. */
    interface Outcome {
        /** A node serves clients, on these ports. */
        void ready(Map<String, Integer> ports) throws StartException;

        /** No node can be started in place of the last: the process has no use any more. */
        void ended(StartException why);
    }

    NodeRunner(NodeConfig config, Map<String, Mechanism> mechanisms, Outcome outcome) {
        this.config = config;
        this.mechanisms = mechanisms;
        this.outcome = outcome;
    }

    /**
     * Starts the first node; returns when it serves clients.
     *
     * @throws StartException if it can't
     */
    void start() throws StartException {
        try {
            begin(null);
        } catch (StartException e) {
            if (e.hope() != StartException.Hope.ANEW) {
                throw e;
            }
            sayAnew(e.getMessage());
            beginAgain(e.getMessage());
        }
    }

    private static void sayAnew(@Nullable String why) {
        LOG.warn("the cluster goes on without this node ({}): joining it again", why);
    }

    /** A node, started; throws if it can't be, or the process is to stop. */
    private void begin(@Nullable String why) throws StartException {
        Node next;
        synchronized (lock) {
            if (stopping) {
                throw StartException.failure("stopped while starting", null);
            }
            if (why != null) {
                rejoins++;
            }
            next = new Node(config, mechanisms, new Node.Beginning(rejoins, why, this::rejoin));
            node = next;
            early = null;
        }
        next.start();
        Map<String, Integer> ports = next.ports();
        String again;
        synchronized (lock) {
            config = config.withPorts(ports);
            again = early;
            running = again == null;
        }
        if (again != null) {
            abandon(next, again);
            throw StartException.anew(again);
        }
        outcome.ready(ports);
    }

    private static void abandon(Node last, String why) throws StartException {
        if (!last.abandon("the node joins its cluster again, as that has gone on without it: " + why)) {
            throw StartException.failure(
                    "the node did not stop in time to join its cluster again; start the process anew", null);
        }
    }

    /** The cluster goes on without the node. Any thread; returns at once. */
    void rejoin(String why) {
        synchronized (lock) {
            Node last = node;
            if (stopping || last == null) {
                return;
            }
            if (!running) {
                early = why;
                return;
            }
            running = false;
            Thread thread = new Thread(() -> rejoin(last, why), "rejoin");
            rejoining = thread;
            thread.start();
        }
    }

    private void rejoin(Node last, String why) {
        sayAnew(why);
        try {
            abandon(last, why);
            beginAgain(why);
        } catch (StartException e) {
            end(e);
        }
    }

    private void beginAgain(String why) throws StartException {
        Duration backOff = FIRST_BACK_OFF;
        String reason = why;
        long began = System.nanoTime();
        while (true) {
            try {
                begin(reason);
                finished();
                LOG.info("ready again after {} ms", (System.nanoTime() - began) / 1_000_000);
                return;
            } catch (StartException e) {
                switch (e.hope()) {
                    case NONE -> throw e;
                    case ANEW -> {
                        reason = e.getMessage();
                        sayAnew(reason);
                    }
                    case PASSING ->
                        LOG.warn("joining again failed; next try in {} s: {}", backOff.toSeconds(), e.getMessage());
                }
            }
            if (!pause(backOff)) {
                return;
            }
            backOff = backOff.multipliedBy(2).compareTo(LONGEST_BACK_OFF) < 0
                    ? backOff.multipliedBy(2)
                    : LONGEST_BACK_OFF;
        }
    }

    private void finished() {
        synchronized (lock) {
            if (Thread.currentThread().equals(rejoining)) {
                rejoining = null;
            }
        }
    }

    /** False if the process is to stop. */
    private boolean pause(Duration howLong) throws StartException {
        long until = System.nanoTime() + howLong.toNanos();
        synchronized (lock) {
            long left;
            while (!stopping && (left = until - System.nanoTime()) > 0) {
                try {
                    lock.wait(left / 1_000_000 + 1);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw StartException.failure("interrupted while starting", e);
                }
            }
            return !stopping;
        }
    }

    private void end(StartException why) {
        finished();
        synchronized (lock) {
            if (stopping) {
                return;
            }
        }
        outcome.ended(why);
    }

    /**
     * Stops the node, also while it starts or joins again, in bounded time.
     *
     * @return false if nothing ran
     */
    boolean stop() {
        Node last;
        Thread thread;
        synchronized (lock) {
            stopping = true;
            last = node;
            thread = rejoining;
            lock.notifyAll();
        }
        boolean any = last != null && last.stop();
        if (thread != null && !thread.equals(Thread.currentThread())) {
            try {
                any = true;
                thread.join(STOP_TIMEOUT.toMillis());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        return any;
    }
}
