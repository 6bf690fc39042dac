package io.lacewing.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the HTTP port ({@code http.tls.*}). The files are not looked at here.
 *
 * @param cert a PEM file: the certificate, and behind it those of the authorities between it and the root
 * @param key a PEM file with its private key, not encrypted
 * @param clientCa a PEM file with the authorities of users' certificates; null: users need none
 */
public record HttpTlsConfig(Path cert, Path key, @Nullable Path clientCa) {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(10);

    static final Key<Path> CERT = new Key<>(
            "http.tls.cert",
            KeyType.path(),
            null,
            "PEM file: the certificate of the HTTP port, behind it those between it and the root. Set, it turns on TLS, and"
                    + " the port speaks HTTPS alone; `http.tls.key` belongs to it. Both are read again when they change.");
    static final Key<Path> KEY = new Key<>(
            "http.tls.key", KeyType.path(), null, "PEM file: the private key of `http.tls.cert`, not encrypted.");
    static final Key<Path> CLIENT_CA = new Key<>(
            "http.tls.clientCa",
            KeyType.path(),
            null,
            "PEM file: certificates of authorities. Set, a user needs a certificate of theirs besides the password; what is"
                    + " open without a user stays so, and commands on this machine need none.");
    static final List<Key<?>> KEYS = List.of(CERT, KEY, CLIENT_CA);

    /** Null if the HTTP port has no TLS. */
    static @Nullable HttpTlsConfig from(Settings settings) {
        Path cert = settings.find(CERT);
        Path key = settings.find(KEY);
        Path clientCa = settings.find(CLIENT_CA);
        if (cert == null && key == null && clientCa == null) {
            return null;
        }
        if (cert == null || key == null) {
            String set = (cert != null ? CERT : key != null ? KEY : CLIENT_CA).name();
            throw settings.refuse(set, "needs " + (cert == null ? CERT : KEY).name());
        }
        return new HttpTlsConfig(cert, key, clientCa);
    }

    /** The same, as a server has it that asks for certificates, and looks itself who needs one. */
    public TlsConfig asServer() {
        return new TlsConfig(
                List.of(new TlsConfig.Certificate(cert, key)),
                clientCa,
                clientCa == null ? ClientAuth.NONE : ClientAuth.OPTIONAL,
                List.of("TLSv1.2", "TLSv1.3"),
                List.of(),
                HANDSHAKE_TIMEOUT);
    }
}
