package io.lacewing.node.config;

/** From which severity on log events are written. */
public enum LogLevel {
    /** What stops something from working. */
    ERROR,
    /** What an operator should look at. */
    WARN,
    /** What the node does as a whole. */
    INFO,
    /** What explains a problem. */
    DEBUG,
    /** Everything. */
    TRACE
}
