package io.lacewing.persistence.journal;

/** When the journal forces what it has written through the operating system's cache to the disk. */
public enum Fsync {
    /** Before anything is reported kept. What is acknowledged survives the loss of power on all nodes at once. */
    ALWAYS,
    /**
     * Within the interval after it was written. What is acknowledged survives the end of all processes; if the machines
     * themselves go down at once, the last interval may be missing.
     */
    INTERVAL,
    /** When the operating system likes. Survives the end of all processes; a machine that goes down may lose what it held. */
    NEVER
}
