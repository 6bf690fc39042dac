package io.lacewing.node.config;

import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/**
 * TLS of one listener ({@code listeners[].tls.*}). The files are not looked at here.
 *
 * @param certificates what the server shows; the first is for clients that name no host, or one that none is for
 * @param clientCa a PEM file with the authorities of clients' certificates; null only if clients are not asked
 * @param crl files with lists of revoked certificates (CRL), which clients' certificates are looked up in; empty: nowhere
 * @param clientAuth whether clients show a certificate
 * @param protocols versions of TLS that are spoken; not empty
 * @param ciphers the suites that may be used, all known to this Java; empty: the JDK's choice
 * @param handshakeTimeout how long a client may take for the handshake
 */
public record TlsConfig(
        List<Certificate> certificates,
        @Nullable Path clientCa,
        List<Path> crl,
        ClientAuth clientAuth,
        List<String> protocols,
        List<String> ciphers,
        Duration handshakeTimeout) {
    /**
     * A certificate with its key.
     *
     * @param cert a PEM file: the certificate, and behind it those of the authorities between it and the root
     * @param key a PEM file with its private key, not encrypted
     */
    public record Certificate(Path cert, Path key) {}

    private static final String SECTION = "listeners[].tls";
    private static final String V12 = "TLSv1.2";
    private static final String V13 = "TLSv1.3";

    static final Key<Path> CERT = new Key<>(
            "listeners[].tls.certificates[].cert",
            KeyType.path(),
            null,
            "PEM file: a certificate, behind it those between it and the root. Needed for `tls` and `wss`. The first is the"
                    + " default, the others are chosen by the host that the client names (SNI).");
    static final Key<Path> KEY = new Key<>(
            "listeners[].tls.certificates[].key",
            KeyType.path(),
            null,
            "PEM file: the private key of `cert`, not encrypted (RSA, EC or Ed25519; PKCS#8, PKCS#1 or SEC 1).");
    static final Key<Path> CLIENT_CA = new Key<>(
            "listeners[].tls.clientCa",
            KeyType.path(),
            null,
            "PEM file: certificates of the authorities that clients' certificates must be from.");
    static final Key<Path> CRL = new Key<>(
            "listeners[].tls.crl[]",
            KeyType.path(),
            null,
            "Files with lists of revoked certificates (CRL; PEM or DER). Of each authority that has signed a certificate of a"
                    + " client there must be one, and it must be in date: else the client is refused."
                    + " [Security](security.md#revoked-certificates) tells more. Default: revocation is not looked at.");
    static final Key<ClientAuth> CLIENT_AUTH = new Key<>(
            "listeners[].tls.clientAuth",
            KeyType.choice(ClientAuth.class),
            "none",
            "Whether clients show a certificate: `optional` asks, `required` refuses those without. Both need `clientCa`.");
    static final Key<String> PROTOCOLS = new Key<>(
            "listeners[].tls.protocols[]",
            KeyType.text(V12 + " or " + V13, "TLSv1\\.[23]"),
            null,
            "Versions of TLS. Default: `TLSv1.2` and `TLSv1.3`.");
    static final Key<String> CIPHERS = new Key<>(
            "listeners[].tls.ciphers[]",
            KeyType.text("the name of a cipher suite, as TLS_AES_256_GCM_SHA384", "[A-Z0-9_]{1,100}"),
            null,
            "Cipher suites, for each of the `protocols` at least one. Default: those of the JDK.");
    static final Key<Duration> HANDSHAKE_TIMEOUT = new Key<>(
            "listeners[].tls.handshakeTimeout",
            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(2)),
            "10s",
            "How long a client may take for the handshake of TLS; `limits.connectTimeout` begins behind it.");
    static final List<Key<?>> KEYS =
            List.of(CERT, KEY, CLIENT_CA, CRL, CLIENT_AUTH, PROTOCOLS, CIPHERS, HANDSHAKE_TIMEOUT);

    /** Copies the lists. */
    public TlsConfig {
        certificates = List.copyOf(certificates);
        crl = List.copyOf(crl);
        protocols = List.copyOf(protocols);
        ciphers = List.copyOf(ciphers);
    }

    /** Where no lists of revoked certificates are looked at. */
    public TlsConfig(
            List<Certificate> certificates,
            @Nullable Path clientCa,
            ClientAuth clientAuth,
            List<String> protocols,
            List<String> ciphers,
            Duration handshakeTimeout) {
        this(certificates, clientCa, List.of(), clientAuth, protocols, ciphers, handshakeTimeout);
    }

    /** Of a listener that has TLS, or null for one that has none. */
    static @Nullable TlsConfig from(Settings settings, ListenerType type, int listener) {
        String section = SECTION.replace("[]", "." + listener);
        if (!type.isSecure()) {
            String set = settings.anySet(section);
            if (set != null) {
                throw settings.refuse(set, "only a listener of type tls or wss has tls");
            }
            return null;
        }
        Path clientCa = settings.find(CLIENT_CA, listener);
        ClientAuth clientAuth = settings.get(CLIENT_AUTH, listener);
        if (clientAuth != ClientAuth.NONE && clientCa == null) {
            throw settings.refuse(CLIENT_AUTH.at(listener), "needs " + CLIENT_CA.at(listener));
        }
        List<Path> crl = settings.list(CRL, listener);
        if (clientAuth == ClientAuth.NONE && !crl.isEmpty()) {
            throw settings.refuse(
                    section + ".crl.0", "is for clients' certificates: set " + CLIENT_AUTH.at(listener) + " too");
        }
        List<String> protocols = settings.list(PROTOCOLS, listener);
        List<String> spoken = protocols.isEmpty() ? List.of(V12, V13) : protocols;
        return new TlsConfig(
                certificates(settings, listener, section),
                clientCa,
                crl,
                clientAuth,
                spoken,
                ciphers(settings, listener, spoken),
                settings.get(HANDSHAKE_TIMEOUT, listener));
    }

    private static List<Certificate> certificates(Settings settings, int listener, String section) {
        List<Certificate> certificates = new ArrayList<>();
        int count = settings.length(section + ".certificates");
        for (int i = 0; i < count; i++) {
            certificates.add(new Certificate(needed(settings, CERT, listener, i), needed(settings, KEY, listener, i)));
        }
        if (certificates.isEmpty()) {
            throw new ConfigException(section + ".certificates: must hold at least one, with cert and key");
        }
        return certificates;
    }

    private static Path needed(Settings settings, Key<Path> key, int listener, int index) {
        Path path = settings.find(key, listener, index);
        if (path == null) {
            throw new ConfigException(
                    key.at(listener, index) + ": must be " + key.type().allowed());
        }
        return path;
    }

    private static List<String> ciphers(Settings settings, int listener, List<String> protocols) {
        List<String> ciphers = settings.list(CIPHERS, listener);
        Set<String> known = knownCiphers();
        for (int i = 0; i < ciphers.size(); i++) {
            if (!known.contains(ciphers.get(i))) {
                throw settings.refuse(
                        CIPHERS.at(listener, i),
                        "this Java has no such cipher suite, or its security policy forbids it");
            }
        }
        for (String protocol : protocols) {
            // The suites of TLS 1.3 name no key exchange: TLS_AES_..., not TLS_ECDHE_RSA_WITH_AES_...
            boolean v13 = protocol.equals(V13);
            if (!ciphers.isEmpty() && ciphers.stream().noneMatch(cipher -> v13 != cipher.contains("_WITH_"))) {
                throw new ConfigException(SECTION.replace("[]", "." + listener) + ".ciphers: holds none of " + protocol
                        + "; add one, or set protocols without it");
            }
        }
        return ciphers;
    }

    private static Set<String> knownCiphers() {
        try {
            return Set.of(SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites());
        } catch (NoSuchAlgorithmException e) {
            throw new ConfigException("TLS can't be had from this Java: " + e.getMessage());
        }
    }
}
