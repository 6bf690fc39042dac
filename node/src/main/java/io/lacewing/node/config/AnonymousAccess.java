package io.lacewing.node.config;

/** From where clients are let in that give no user name. */
public enum AnonymousAccess {
    /** From this machine. */
    LOOPBACK,
    /** From everywhere. */
    ALLOW,
    /** From nowhere. */
    DENY
}
