package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Effect.Event;
import io.lacewing.persistence.session.DropCause;

/** Is told what the core wants people to know. Called on the core's context. */
public interface CoreObserver {

    /** The node has joined and may accept clients, or no longer is. */
    void ready(boolean ready);

    /** Something to log and count. */
    void note(Event event, long count, String detail);

    /** So many application messages were sent to, and came from, other nodes since the last call. */
    void forwarded(int sent, int received);

    /** Shards of this node dropped messages. */
    void dropped(DropCause cause, long messages);
}
