package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Hello;
import java.util.TreeSet;

/**
 * How a node comes to hold the shared tables whole. It greets every member; when all have taken the greeting, and so send
 * it every change from then on and those under way, it reads the map, which has all that was done before. Whoever appears
 * meanwhile is greeted too, and the map read again.
 *
 * <p>OUTSIDE, then (a view has this node) GREETING, then (all greetings taken) LOADING, then READY; from LOADING back to
 * GREETING if someone new was greeted meanwhile.
 */
final class Joining {
    private enum State {
        OUTSIDE,
        GREETING,
        LOADING,
        READY
    }

    private final long self;
    private final String nodeId;
    private final TableSettings settings;
    private final Links links;
    private final Effects effects;

    private State state = State.OUTSIDE;
    private final TreeSet<Long> greeted = new TreeSet<>();
    private final TreeSet<Long> waiting = new TreeSet<>();
    private boolean loadAgain;
    private boolean loadFailed;
    private long retryAt;
    private long retryPause;

    Joining(long self, String nodeId, TableSettings settings, Links links, Effects effects) {
        this.self = self;
        this.nodeId = nodeId;
        this.settings = settings;
        this.links = links;
        this.effects = effects;
        this.retryPause = settings.retryMillis();
    }

    /** Greets whoever is new. */
    void viewChanged(View view) {
        if (state == State.READY || (state == State.OUTSIDE && !view.has(self))) {
            return;
        }
        for (View.Member member : view.members()) {
            long peer = member.incarnation();
            if (peer != self && greeted.add(peer)) {
                waiting.add(peer);
                loadAgain |= state == State.LOADING;
                links.send(peer, new Hello(nodeId), new Token.HelloPart(peer));
            }
        }
        if (state == State.OUTSIDE) {
            state = State.GREETING;
        }
        loadIfGreeted();
    }

    /** A greeting was taken, or who should take it is gone. */
    void taken(Token.HelloPart part) {
        waiting.remove(part.peer());
        loadIfGreeted();
    }

    private void loadIfGreeted() {
        if (state == State.GREETING && waiting.isEmpty()) {
            state = State.LOADING;
            loadAgain = false;
            effects.add(new Effect.LoadTables());
        }
    }

    /** The map was read, and its records have been merged; or not {@code ok}. */
    void loaded(boolean ok, long time) {
        if (state != State.LOADING) {
            return;
        }
        if (!ok) {
            loadFailed = true;
            retryAt = time + retryPause;
            retryPause = Math.min(retryPause * 2, settings.retryMaxMillis());
        } else if (loadAgain) {
            state = State.GREETING;
            loadIfGreeted();
        } else {
            state = State.READY;
        }
    }

    /** Tries a failed load again. */
    void tick(long time) {
        if (loadFailed && time >= retryAt) {
            loadFailed = false;
            state = State.GREETING;
            loadIfGreeted();
        }
    }

    boolean isReady() {
        return state == State.READY;
    }
}
