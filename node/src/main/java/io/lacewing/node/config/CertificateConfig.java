package io.lacewing.node.config;

import java.util.List;

/**
 * What the certificates of clients say about them ({@code auth.certificate.*}).
 *
 * @param identity where the name of the user is taken from that a client with a certificate is; {@code NONE}: it is nobody yet
 * @param userName where the user name of a client with a certificate must stand; {@code NONE}: it is free
 * @param clientId where the client id of a client with a certificate must stand; {@code NONE}: it is free
 * @param disconnectExpired whether the connection of a client ends when the certificate does that it has shown
 */
public record CertificateConfig(
        CertificateName identity, CertificateName userName, CertificateName clientId, boolean disconnectExpired) {
    private static final KeyType<CertificateName> NAME = KeyType.choice(CertificateName.class);

    static final Key<CertificateName> IDENTITY = new Key<>(
            "auth.certificate.identity",
            NAME,
            "none",
            "A client with a certificate needs no password: it is the user that stands here in it. `cn`: the common name;"
                    + " `subject`: all of the subject; `dns`, `email`, `uri`: the alternative names of that kind; `none`: a"
                    + " certificate lets nobody in. [Security](security.md#certificates) tells more.");
    static final Key<CertificateName> USER_NAME = new Key<>(
            "auth.certificate.userName",
            NAME,
            "none",
            "A client with a certificate must be a user whose name stands here in it, however it proves that; else it is"
                    + " refused. `none`: it may be any.");
    static final Key<CertificateName> CLIENT_ID = new Key<>(
            "auth.certificate.clientId",
            NAME,
            "none",
            "A client with a certificate must have a client id that stands here in it; else it is refused. `none`: it may"
                    + " have any.");
    static final Key<Boolean> DISCONNECT_EXPIRED = new Key<>(
            "auth.certificate.disconnectExpired",
            KeyType.bool(),
            "true",
            "A client is disconnected when the certificate ends that it has shown. With `false` it may stay until its"
                    + " connection ends otherwise.");
    static final List<Key<?>> KEYS = List.of(IDENTITY, USER_NAME, CLIENT_ID, DISCONNECT_EXPIRED);

    static CertificateConfig from(Settings settings) {
        return new CertificateConfig(
                settings.get(IDENTITY),
                settings.get(USER_NAME),
                settings.get(CLIENT_ID),
                settings.get(DISCONNECT_EXPIRED));
    }

    /** Refuses what would never have an effect: no listener asks clients for certificates. */
    void check(List<ListenerConfig> listeners, Settings settings) {
        for (ListenerConfig listener : listeners) {
            TlsConfig tls = listener.tls();
            // A proxy may tell of a certificate that it has asked for.
            if (listener.entrance().isForProxies() || (tls != null && tls.clientAuth() != ClientAuth.NONE)) {
                return;
            }
        }
        refuse(IDENTITY, identity != CertificateName.NONE, settings);
        refuse(USER_NAME, userName != CertificateName.NONE, settings);
        refuse(CLIENT_ID, clientId != CertificateName.NONE, settings);
        refuse(DISCONNECT_EXPIRED, settings.isSet(DISCONNECT_EXPIRED.name()), settings);
    }

    private static void refuse(Key<?> key, boolean set, Settings settings) {
        if (set) {
            throw settings.refuse(
                    key.name(),
                    "no listener asks clients for certificates; set " + TlsConfig.CLIENT_AUTH.name()
                            + " of one to optional or required, or have a proxy ask ("
                            + EntranceConfig.TRUSTED.name() + ")");
        }
    }
}
