package io.lacewing.node.config;

/** When what was written to the journal is forced to the device. */
public enum Fsync {
    /** Before anything of it is acknowledged. */
    ALWAYS,
    /** Every so often. */
    INTERVAL,
    /** When the operating system does it. */
    NEVER
}
