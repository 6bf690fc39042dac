package io.lacewing.node.auth;

import java.util.concurrent.CompletionStage;

/**
 * Says of a client who it is, by what it gives in a CONNECT without an authentication method (3.1.3.5, 3.1.3.6). One object
 * serves all connections of a node.
 *
 * <p>A node asks its authenticators one after the other. The first that lets the client in or refuses it has decided; who
 * does not know the client says {@link Verdict.Next}. Where nobody decides, the client is refused.
 */
public interface Authenticator {

    /**
     * Judges a client. Called on the event loop of the client's connection, many of them at a time, and must neither block
     * nor wait: who has to compute or to ask somebody answers later, from any thread. Who answers at once should do so by a
     * stage that is complete already.
     *
     * <p>When nobody waits for the answer any more, as the connection has ended or has taken too long, the stage's
     * {@code CompletableFuture} is cancelled: work that has not begun is better left.
     *
     * @param credentials valid until the stage is complete or cancelled, then its password is overwritten
     * @return the verdict. If it fails, or this throws, the connection is refused with 0x80
     */
    CompletionStage<Verdict> authenticate(Credentials credentials);

    /** What people call it, in the audit log. */
    default String name() {
        return "other";
    }

    /** The same by another name. */
    default Authenticator named(String name) {
        Authenticator self = this;
        return new Authenticator() {
            @Override
            public CompletionStage<Verdict> authenticate(Credentials credentials) {
                return self.authenticate(credentials);
            }

            @Override
            public String name() {
                return name;
            }
        };
    }
}
