package io.lacewing.node.config;

import java.util.Locale;

/** What the audit log can tell of. */
public enum AuditEvent {
    /** A client was let in. */
    CONNECT,
    /** A connection has ended. */
    DISCONNECT,
    /** A client was refused at its CONNECT, or has failed to prove again who it is. */
    REFUSAL,
    /** A client wanted what it may not do. */
    DENIAL,
    /** Somebody was banned, an order of an operator was carried out, or a changed file was taken. */
    ADMIN;

    /** As the configuration has it. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }
}
