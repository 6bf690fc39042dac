package io.lacewing.node.auth;

import org.jspecify.annotations.Nullable;

/**
 * Has the last word on a client that has proven who it is, by whatever means: whether it may come as that, and by this client
 * id. One object serves all connections of a node; it is asked on their event loops and answers at once.
 */
@FunctionalInterface
public interface Admission {
    /** Lets in all who have proven who they are. */
    Admission ALL = (client, identity) -> null;

    /** Why the client may not come; null if it may. */
    Verdict.@Nullable Deny refusal(ClientDetails client, Identity identity);

    /** Whether a connection ends when the certificate does that its client has shown. */
    default boolean endsWithCertificate() {
        return false;
    }
}
