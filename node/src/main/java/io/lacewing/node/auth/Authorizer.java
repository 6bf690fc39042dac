package io.lacewing.node.auth;

import org.jspecify.annotations.Nullable;

/** Says what clients may do. One object serves all connections of a node; any thread may ask, and nothing blocks. */
public interface Authorizer {

    /**
     * What a client may do by now. It holds until {@link #version} says something else.
     *
     * @return null if there never are rules for the client: it may do all but publish to {@code $SYS}, which is the broker's
     */
    @Nullable
    Rights rights(Identity identity, ClientDetails client);

    /** Another number as soon as the rights of some client may be others. */
    long version();

    /** Without a rules file: who brings rules of its own has those, all others may do all but publish to {@code $SYS}. */
    Authorizer OWN_RULES = new Authorizer() {
        @Override
        public @Nullable Rights rights(Identity identity, ClientDetails client) {
            if (identity.superuser()) {
                return Rights.ALL;
            }
            return identity.rules().isEmpty() ? null : RuleRights.of(identity.rules(), identity, client);
        }

        @Override
        public long version() {
            return 0;
        }
    };
}
