package io.lacewing.node.connection;

import io.lacewing.cluster.Gate;
import io.vertx.core.Context;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What waits on one event loop until the node may acknowledge. The core tells the connections when the node has lost touch
 * with its cluster, but a process that was frozen handles packets before its core has looked at the clock: so the clock is
 * looked at here as well. Owned by its loop.
 */
final class LeaseWait {
    private static final Logger log = LoggerFactory.getLogger(LeaseWait.class);
    private static final long LOOK_MILLIS = 20;

    private final Context context;
    private final Gate gate;
    private List<Runnable> waiting = new ArrayList<>();

    LeaseWait(Context context, Gate gate) {
        this.context = context;
        this.gate = gate;
    }

    /** True if the node may acknowledge now. */
    boolean mayAcknowledge() {
        return gate.mayAcknowledge();
    }

    /** Runs {@code goOn} when the node may acknowledge again, which may be never. */
    void await(Runnable goOn) {
        waiting.add(goOn);
        if (waiting.size() == 1) {
            lookAgain();
        }
    }

    private void lookAgain() {
        context.owner().setTimer(LOOK_MILLIS, id -> look());
    }

    private void look() {
        if (!gate.mayAcknowledge()) {
            lookAgain();
            return;
        }
        List<Runnable> all = waiting;
        waiting = new ArrayList<>();
        all.forEach(LeaseWait::run);
    }

    private static void run(Runnable goOn) {
        try {
            goOn.run();
        } catch (RuntimeException | Error e) {
            log.error("a connection could not go on after its node had lost touch with the cluster", e);
        }
    }
}
