package io.lacewing.node.config;

import java.util.List;

/**
 * Which tenants clients are of ({@code tenants.*}).
 *
 * @param from where the tenant's name is taken from
 * @param separator what ends it in a user name
 * @param required true if clients without a tenant are refused
 * @param maxConnections the most clients of one tenant at this node; 0: no bound
 */
public record TenantsConfig(TenantSource from, char separator, boolean required, int maxConnections) {
    static final Key<TenantSource> FROM = new Key<>(
            "tenants.from",
            KeyType.choice(TenantSource.class),
            "none",
            "Where the name of a client's tenant stands. The clients of a tenant share topics, client ids and share groups with"
                    + " each other and with nobody else. `username-prefix`: in front of `tenants.separator` in the user name"
                    + " that the client has proven; `certificate-o`, `certificate-ou`: the organization, or the"
                    + " organizational unit, in the subject of its certificate; `none`: there are no tenants. To be the"
                    + " same on all nodes. [Security](security.md#tenants) tells more.");
    static final Key<String> SEPARATOR = new Key<>(
            "tenants.separator",
            KeyType.text("one of / : | ! @ ~ % = , ; .", "[/:|!@~%=,;.]"),
            "/",
            "What ends the tenant's name in a user name: the first of it counts. To be the same on all nodes.");
    static final Key<Boolean> REQUIRED = new Key<>(
            "tenants.required",
            KeyType.bool(),
            "true",
            "Whether a client without a tenant is refused. If not, such clients share the topics that are no tenant's.");
    static final Key<Integer> MAX_CONNECTIONS = new Key<>(
            "tenants.maxConnections",
            KeyType.integer(0, 10_000_000),
            "0",
            "Most clients of one tenant at one node; further ones are refused with 0x97, quota exceeded. 0: no bound.");
    static final List<Key<?>> KEYS = List.of(FROM, SEPARATOR, REQUIRED, MAX_CONNECTIONS);

    static TenantsConfig from(Settings settings) {
        TenantsConfig tenants = new TenantsConfig(
                settings.get(FROM),
                settings.get(SEPARATOR).charAt(0),
                settings.get(REQUIRED),
                settings.get(MAX_CONNECTIONS));
        if (tenants.from == TenantSource.NONE) {
            for (Key<?> key : List.of(SEPARATOR, REQUIRED, MAX_CONNECTIONS)) {
                refuseIfSet(key, "needs " + FROM.name(), settings);
            }
            RatesConfig.TENANT_KEYS.forEach(key -> refuseIfSet(key, "needs " + FROM.name(), settings));
        } else if (tenants.from != TenantSource.USERNAME_PREFIX) {
            refuseIfSet(SEPARATOR, "is for " + FROM.name() + " username-prefix only", settings);
        }
        return tenants;
    }

    /** Refuses what would let nobody in, or have no tenants: no listener asks clients for certificates. */
    void check(List<ListenerConfig> listeners, Settings settings) {
        if (from != TenantSource.CERTIFICATE_O && from != TenantSource.CERTIFICATE_OU) {
            return;
        }
        for (ListenerConfig listener : listeners) {
            TlsConfig tls = listener.tls();
            if (tls != null && tls.clientAuth() != ClientAuth.NONE) {
                return;
            }
        }
        throw settings.refuse(
                FROM.name(),
                "no listener asks clients for certificates; set " + TlsConfig.CLIENT_AUTH.name()
                        + " of one to optional or required (a proxy tells the common name only)");
    }

    private static void refuseIfSet(Key<?> key, String why, Settings settings) {
        if (settings.isSet(key.name())) {
            throw settings.refuse(key.name(), why);
        }
    }
}
