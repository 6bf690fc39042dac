package io.lacewing.node.auth;

import java.util.List;
import java.util.Map;

/**
 * How a node finds out who its clients are. Immutable.
 *
 * @param mechanisms asked where a CONNECT names an authentication method (4.12), by that name
 * @param authenticators asked in this order where it does not
 * @param admission asked at each CONNECT when one of them has let the client in
 */
public record Authentication(
        Map<String, Mechanism> mechanisms, List<Authenticator> authenticators, Admission admission) {
    /** Copies both. */
    public Authentication {
        mechanisms = Map.copyOf(mechanisms);
        authenticators = List.copyOf(authenticators);
    }

    /** Lets in all who have proven who they are. */
    public Authentication(Map<String, Mechanism> mechanisms, List<Authenticator> authenticators) {
        this(mechanisms, authenticators, Admission.ALL);
    }
}
