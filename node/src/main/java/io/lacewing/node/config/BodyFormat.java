package io.lacewing.node.config;

/** In which form a question is sent. */
public enum BodyFormat {
    /** As a JSON object. */
    JSON,
    /** As a form of the web. */
    FORM
}
