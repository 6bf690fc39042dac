package io.lacewing.node.auth;

/**
 * What a node lets its clients do. Immutable.
 *
 * @param authorizer says what a client may do
 * @param onDenied what happens to what it may not do
 */
public record Authorization(Authorizer authorizer, OnDenied onDenied) {
    /** Without rules but those that identities bring. */
    public static final Authorization OPEN = new Authorization(Authorizer.OWN_RULES, OnDenied.REJECT);

    /** What happens to a PUBLISH or SUBSCRIBE that is not allowed. A subscription is never made. */
    public enum OnDenied {
        /** It is answered with 0x87 where the client's version has a code for it, and else acknowledged and dropped. */
        REJECT,
        /** A PUBLISH is acknowledged as if nothing were, and dropped; a SUBSCRIBE is answered as by {@link #REJECT}. */
        DROP,
        /** The connection ends. */
        DISCONNECT
    }
}
