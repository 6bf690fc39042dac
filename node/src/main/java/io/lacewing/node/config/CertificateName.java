package io.lacewing.node.config;

/** Where in a client's certificate a name is taken from. */
public enum CertificateName {
    /** From nowhere. */
    NONE,
    /** The most specific common name in the subject. */
    CN,
    /** The whole subject, as RFC 2253 writes it. */
    SUBJECT,
    /** The alternative names that are host names. */
    DNS,
    /** The alternative names that are mail addresses. */
    EMAIL,
    /** The alternative names that are URIs. */
    URI
}
