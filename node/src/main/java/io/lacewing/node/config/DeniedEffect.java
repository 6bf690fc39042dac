package io.lacewing.node.config;

/** What happens to a PUBLISH or SUBSCRIBE that is not allowed. */
public enum DeniedEffect {
    /** It is answered with 0x87, where there is such an answer. */
    REJECT,
    /** A PUBLISH is acknowledged and dropped. */
    DROP,
    /** The connection ends. */
    DISCONNECT
}
