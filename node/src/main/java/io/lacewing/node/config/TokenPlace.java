package io.lacewing.node.config;

/** Where in CONNECT a token is. */
public enum TokenPlace {
    /** It is the password. */
    PASSWORD,
    /** It is the user name. */
    USER_NAME
}
