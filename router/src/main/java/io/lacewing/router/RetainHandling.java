package io.lacewing.router;

/** What a SUBSCRIBE asks for in retained messages (3.8.3.1); the ordinal is the wire value. */
public enum RetainHandling {
    SEND,
    SEND_IF_NEW,
    DO_NOT_SEND
}
