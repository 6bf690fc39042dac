package io.lacewing.node.auth;

/** Why a client is not authenticated, as far as it is told. MQTT has a reason code for each, at CONNECT at least. */
public enum Denial {
    /** The usual one: the client has not proven who it is, or may not connect. */
    NOT_AUTHORIZED,
    /** User name or password are wrong. */
    BAD_USER_NAME_OR_PASSWORD,
    /** The client is banned by its operators. */
    BANNED,
    /** Those who know are not reachable; the client may try again. */
    SERVER_UNAVAILABLE,
    /** There is too much to do; the client may try again. */
    SERVER_BUSY,
    /** The server is at fault, and does not say more. */
    UNSPECIFIED_ERROR
}
