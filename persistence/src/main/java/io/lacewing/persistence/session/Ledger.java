package io.lacewing.persistence.session;

import io.lacewing.router.Message;

/**
 * The owner of sessions (a shard, an event loop), as they see it: it gives all of them their bounds, and they write down
 * what they keep and drop, so that the owner knows its sums without asking each session. Called by the thread that owns
 * the sessions.
 */
public interface Ledger {

    /** The bounds of each session. After a change, {@link Session#limitsChanged} is due for all of them. */
    SessionLimits limits();

    /** A session keeps the message, once more if others keep it already. */
    void held(Message message);

    /** A session no longer keeps a message that it {@link #held}. */
    void released(Message message);

    /** A message was dropped. */
    void dropped(DropCause cause);

    /** So many messages more, or fewer, wait to be sent. */
    void queued(int change);

    /** So many messages more, or fewer, are sent and not ended. */
    void inflight(int change);

    /** So many sessions more, or fewer, have a queue that is nearly full: see {@link Session#isNearlyFull}. */
    void nearlyFull(int change);
}
