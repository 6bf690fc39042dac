package io.lacewing.node.config;

/** What a node does that a majority of the voters does not answer. */
public enum Netsplit {
    /** It acknowledges nothing until they answer. */
    PAUSE,
    /** It goes on. */
    KEEP_SERVING
}
