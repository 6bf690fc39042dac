package io.lacewing.node.auth;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a node finds out who its clients are, and what they may do. Immutable.
 *
 * @param mechanisms asked where a CONNECT names an authentication method (4.12), by that name
 * @param authenticators asked in this order where it does not
 * @param admission asked at each CONNECT when one of them has let the client in
 * @param authorization what clients may do
 * @param tenancy which tenants they are of; null if there are none
 */
public record Authentication(
        Map<String, Mechanism> mechanisms,
        List<Authenticator> authenticators,
        Admission admission,
        Authorization authorization,
        @Nullable Tenancy tenancy) {
    /** Copies the collections. */
    public Authentication {
        mechanisms = Map.copyOf(mechanisms);
        authenticators = List.copyOf(authenticators);
    }

    /** Lets in all who have proven who they are, without rules but those that identities bring. */
    public Authentication(Map<String, Mechanism> mechanisms, List<Authenticator> authenticators) {
        this(mechanisms, authenticators, Admission.ALL, Authorization.OPEN, null);
    }
}
