package io.lacewing.node.tls;

import io.lacewing.node.config.PeerTlsConfig;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.PemTrustOptions;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.SortedSet;
import java.util.concurrent.TimeUnit;

/**
 * Mutual TLS of the event bus: each side shows a certificate of the nodes' authority. Names in certificates are not looked at,
 * as nodes find each other by addresses: the authority alone decides who is a node. The event bus keeps for its life what it
 * starts with, so changed files are taken by the next start. Thread-safe.
 */
public final class PeerTls {
    private static final Base64.Encoder BASE64 = Base64.getMimeEncoder(64, new byte[] {'\n'});

    private final TlsWatch watch;

    private final SortedSet<String> authorities;

    private PeerTls(TlsWatch watch, SortedSet<String> authorities) {
        this.watch = watch;
        this.authorities = authorities;
    }

    /**
     * Reads the files.
     *
     * @throws TlsException as {@link #check}
     */
    public static PeerTls begin(PeerTlsConfig config, InstantSource clock) throws TlsException {
        TlsWatch watch = TlsWatch.begin("messages between nodes", config.asServer(), new TlsNames.Nodes(), clock);
        watch.material().checkOwn();
        return new PeerTls(watch, watch.material().fingerprints());
    }

    /**
     * Looks whether a node could talk to others by these files.
     *
     * @return what is not as it should be, but does not keep it from that; a line each
     * @throws TlsException if one can't be read or used, or the certificate is not one that the authorities would accept
     */
    public static List<String> check(PeerTlsConfig config, Instant now) throws TlsException {
        TlsMaterial material = TlsMaterial.read(config.asServer(), new TlsNames.Nodes());
        material.checkOwn();
        return material.warnings(now);
    }

    /** What stands for each authority whose nodes it talks to. */
    public SortedSet<String> authorities() {
        return Collections.unmodifiableSortedSet(authorities);
    }

    /** The files, and when the certificate ends. */
    public TlsWatch watch() {
        return watch;
    }

    /** Turns it on. What is set here must survive {@code toJson()}, through which Vert.x copies these options. */
    public void secure(EventBusOptions options) {
        TlsMaterial material = watch.material();
        options.setSsl(true)
                .setTrustAll(false) // which Vert.x has on for its event bus
                .setClientAuth(ClientAuth.REQUIRED)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertValue(Buffer.buffer(material.certificate()))
                        .addKeyValue(Buffer.buffer(pem(material.key().getEncoded()))))
                .setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(material.authorities())))
                .setEnabledSecureTransportProtocols(Set.copyOf(material.protocols()))
                .setSslHandshakeTimeout(material.handshakeTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(TimeUnit.MILLISECONDS);
    }

    /** PKCS #8, whatever form the file had. */
    private static String pem(byte[] key) {
        return "-----BEGIN PRIVATE KEY-----\n" + BASE64.encodeToString(key) + "\n-----END PRIVATE KEY-----\n";
    }
}
