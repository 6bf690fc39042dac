package io.lacewing.node.auth;

/** What a {@link Rule} is about. */
public enum Action {
    /** To publish, by PUBLISH or as a will. */
    PUBLISH,
    /** To subscribe, and so to receive. */
    SUBSCRIBE
}
