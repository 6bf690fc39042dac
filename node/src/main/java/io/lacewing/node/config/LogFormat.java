package io.lacewing.node.config;

/** How a log event is written. */
public enum LogFormat {
    /** A line for people. */
    TEXT,
    /** A JSON object per line. */
    JSON
}
