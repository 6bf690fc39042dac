package io.lacewing.node.config;

/** Where what the node keeps for clients is. */
public enum Durability {
    /** In memory and in the journal on disk. */
    DISK,
    /** In memory only. */
    MEMORY
}
