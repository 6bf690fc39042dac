package io.lacewing.node.connection;

/** What was kept from a client, as it may not do it. */
public enum Forbidden {
    /** A PUBLISH. */
    PUBLISH,
    /** One topic filter of a SUBSCRIBE. */
    SUBSCRIBE,
    /** A will: at its CONNECT, or later, when the rules had changed. */
    WILL,
    /** A subscription that there was and that changed rules do not allow any more. */
    REVOKED
}
