package io.lacewing.node.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.time.Instant;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** An authority with its certificates, made for a test. */
public final class Pki {
    /** By Java's default store of keys. */
    private static final char[] PASSWORD = "password".toCharArray();

    private final X509Bundle root;

    public Pki(String name) throws Exception {
        root = builder("CN=" + name).setIsCertificateAuthority(true).buildSelfSigned();
    }

    private static CertificateBuilder builder(String subject) {
        Instant now = Instant.now();
        return new CertificateBuilder()
                .subject(subject)
                .ecp256()
                .notBefore(now.minus(Duration.ofDays(1)))
                .notAfter(now.plus(Duration.ofDays(365)));
    }

    /** A certificate for a host, by the alternative name alone; valid from yesterday on for a year. */
    public CertificateBuilder host(String host) {
        return builder("O=Lacewing").addSanDnsName(host);
    }

    /** A certificate for someone, by the common name. */
    public CertificateBuilder subject(String name) {
        return builder("CN=" + name);
    }

    /** This authority's signature under what is asked for. */
    public X509Bundle sign(CertificateBuilder asked) throws Exception {
        return asked.buildIssuedBy(root);
    }

    /** The authority's own certificate. */
    public String pem() {
        return root.getCertificatePEM();
    }

    /** Writes {@code name.pem} and {@code name.key}. */
    public static void write(X509Bundle bundle, Path dir, String name) throws IOException {
        Files.writeString(dir.resolve(name + ".pem"), bundle.getCertificatePathPEM());
        Files.writeString(dir.resolve(name + ".key"), bundle.getPrivateKeyPEM());
    }

    /** What a client uses that trusts this authority, and has the certificate {@code own}. */
    public SSLContext client(@Nullable X509Bundle own) throws GeneralSecurityException {
        KeyManager[] keys = own == null ? null : own.toKeyManagerFactory().getKeyManagers();
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, root.toTrustManagerFactory().getTrustManagers(), null);
        return context;
    }

    /** As a store of trusted certificates, for clients that want one. */
    public KeyStore trusted() throws GeneralSecurityException, IOException {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, PASSWORD);
        store.setCertificateEntry("root", root.getCertificate());
        return store;
    }
}
