package io.lacewing.node.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * TLS of the messages between nodes ({@code cluster.tls.*}). The files are not looked at here.
 *
 * @param cert a PEM file: this node's certificate, and behind it those of the authorities between it and the root
 * @param key a PEM file with its private key, not encrypted
 * @param ca a PEM file with the authorities of the nodes' certificates: whoever has one of theirs counts as a node
 */
public record PeerTlsConfig(Path cert, Path key, Path ca) {
    private static final Duration HANDSHAKE_TIMEOUT = Duration.ofSeconds(5);

    static final Key<Path> CERT = new Key<>(
            "cluster.tls.cert",
            KeyType.path(),
            null,
            "PEM file: this node's certificate for messages between nodes, behind it those between it and the root. Set, it"
                    + " turns on TLS 1.3 with certificates on both sides; `cluster.tls.key` and `cluster.tls.ca` belong to"
                    + " it. The same on all nodes: those without can't talk to those with.");
    static final Key<Path> KEY = new Key<>(
            "cluster.tls.key", KeyType.path(), null, "PEM file: the private key of `cluster.tls.cert`, not encrypted.");
    static final Key<Path> CA = new Key<>(
            "cluster.tls.ca",
            KeyType.path(),
            null,
            "PEM file: certificates of the authorities that the nodes' certificates are from. Whoever has a certificate of"
                    + " theirs may talk as a node: give it an authority of its own.");
    static final List<Key<?>> KEYS = List.of(CERT, KEY, CA);

    /** Null if messages between nodes have no TLS. */
    static @Nullable PeerTlsConfig from(Settings settings) {
        Path cert = settings.find(CERT);
        Path key = settings.find(KEY);
        Path ca = settings.find(CA);
        if (cert == null && key == null && ca == null) {
            return null;
        }
        if (cert == null || key == null || ca == null) {
            String set = (cert != null ? CERT : key != null ? KEY : CA).name();
            String needed = (cert == null ? CERT : key == null ? KEY : CA).name();
            throw settings.refuse(set, "needs " + needed);
        }
        return new PeerTlsConfig(cert, key, ca);
    }

    /** The same, as a server that asks for certificates has it. */
    public TlsConfig asServer() {
        return new TlsConfig(
                List.of(new TlsConfig.Certificate(cert, key)),
                ca,
                ClientAuth.REQUIRED,
                List.of("TLSv1.3"),
                List.of(),
                HANDSHAKE_TIMEOUT);
    }
}
