package io.lacewing.conformance.suite;

/**
 * A normative statement of a standard, in our own words.
 *
 * @param id as in the standard, without brackets
 * @param binding whom it binds, and how it is held
 * @param where for {@link Binding#CONSTRUCTION} what makes it so; else empty
 * @param words what it asks for
 */
public record Statement(String id, Binding binding, String where, String words) {

    /** Whom a statement binds. */
    public enum Binding {
        /** The server, and the wire shows it: there is a case. */
        SERVER,
        /** The server, and no client can see whether it holds: it is so by construction. */
        CONSTRUCTION,
        /** Only the client. */
        CLIENT
    }
}
