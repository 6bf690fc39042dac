package io.lacewing.persistence.session;

/** What becomes of a message that is offered to a {@link Session}. */
public enum Fate {
    /** It is sent at once. */
    SENT,
    /** It waits. */
    QUEUED,
    /** It is dropped: it has expired, or there is no room for it. */
    DROPPED,
    /** It is dropped, and its publisher is to know: see {@link QueuePolicy#REJECT}. */
    REJECTED
}
