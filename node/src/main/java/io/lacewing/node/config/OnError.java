package io.lacewing.node.config;

/** What a client is told whom another system was to be asked about, when that does not answer. */
public enum OnError {
    /** That it may try again: nobody else is asked. */
    DENY,
    /** What the next in the chain says. */
    NEXT
}
