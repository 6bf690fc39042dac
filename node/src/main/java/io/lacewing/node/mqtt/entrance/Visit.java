package io.lacewing.node.mqtt.entrance;

import org.jspecify.annotations.Nullable;

/**
 * What an entrance knows of one connection, from its acceptance to its end: what it is counted in. Its life: {@link
 * ListenerEntrance#arrive}, then maybe {@link ListenerEntrance#identified}, {@link #heard} and {@link #connected}, then {@link
 * #left}. Each of these may come from another thread, but not at the same time as another, save {@link #left}.
 */
public abstract class Visit {
    private final ListenerEntrance entrance;

    /** By which it is counted for its address; null if it is not. Guarded by this. */
    private @Nullable Long address;

    private boolean over;

    /** A visit that has not arrived yet. */
    protected Visit(ListenerEntrance entrance) {
        this.entrance = entrance;
    }

    /** Closes the connection at once, without a word. Called on any thread. */
    protected abstract void drop();

    /** The client has sent its first bytes. */
    public final void heard() {
        entrance.node().pending().heard(this, System.nanoTime());
    }

    /** The client has sent its CONNECT, or the connection has ended: it is not waited for any more. */
    public final void connected() {
        entrance.node().pending().remove(this);
    }

    /** The connection has ended, or has not been let in. Does nothing the second time. */
    public final void left() {
        Long counted;
        synchronized (this) {
            if (over) {
                return;
            }
            over = true;
            counted = address;
        }
        entrance.node().pending().remove(this);
        entrance.left();
        if (counted != null) {
            entrance.node().addresses().leave(counted);
        }
    }

    final ListenerEntrance entrance() {
        return entrance;
    }

    /** Counts it for its address; false if that has as many as it may. */
    final synchronized boolean count(AddressCounts addresses, long key) {
        if (over) {
            return true; // Nobody is there any more whom to count.
        }
        boolean entered = addresses.enter(key);
        address = entered ? (Long) key : null;
        return entered;
    }
}
