package io.lacewing.persistence.session;

import io.lacewing.router.Message;

/**
 * Where the sessions of one owner (a shard, an event loop) write what they keep and drop, so that the owner knows its
 * sum without asking each session. Called by the thread that owns the sessions.
 */
public interface Ledger {

    /** A session keeps the message, once more if others keep it already. */
    void held(Message message);

    /** A session no longer keeps a message that it {@link #held}. */
    void released(Message message);

    /** A message was dropped. */
    void dropped(DropCause cause);
}
