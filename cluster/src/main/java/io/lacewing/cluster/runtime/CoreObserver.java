package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Effect.Event;

/** Is told what the core wants people to know. Called on the core's context. */
public interface CoreObserver {

    /** The node has joined and may accept clients, or no longer is. */
    void ready(boolean ready);

    /** Something to log and count. */
    void note(Event event, long count, String detail);
}
