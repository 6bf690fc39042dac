package io.lacewing.node.config;

/** Who may read something over HTTP. */
public enum HttpAccess {
    /** Who reaches the port. */
    OPEN,
    /** Who is on this machine, and users. */
    LOOPBACK,
    /** Users. */
    USERS
}
