package io.lacewing.node.auth;

import java.util.List;
import java.util.Map;

/**
 * How a node finds out who its clients are, and what they may do. Immutable.
 *
 * @param mechanisms asked where a CONNECT names an authentication method (4.12), by that name
 * @param authenticators asked in this order where it does not
 * @param authorization what clients may do
 */
public record Authentication(
        Map<String, Mechanism> mechanisms, List<Authenticator> authenticators, Authorization authorization) {
    /** Copies the collections. */
    public Authentication {
        mechanisms = Map.copyOf(mechanisms);
        authenticators = List.copyOf(authenticators);
    }

    /** Without rules but those that identities bring. */
    public Authentication(Map<String, Mechanism> mechanisms, List<Authenticator> authenticators) {
        this(mechanisms, authenticators, Authorization.OPEN);
    }
}
