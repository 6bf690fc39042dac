package io.lacewing.node.config;

/** Whether clients show a certificate when they connect by TLS. */
public enum ClientAuth {
    /** They are not asked. */
    NONE,
    /** They are asked, and may have none; one that is shown must be valid. */
    OPTIONAL,
    /** Without a valid one there is no connection. */
    REQUIRED
}
