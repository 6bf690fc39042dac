package io.lacewing.node.tls;

import io.lacewing.node.config.ClientAuth;
import io.lacewing.node.config.TlsConfig;
import io.lacewing.node.files.Settling;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.core.net.TrustOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.SortedSet;
import java.util.TreeSet;
import javax.net.ssl.CertPathTrustManagerParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.jspecify.annotations.Nullable;

/** What the files of one listener, or of the event bus, hold, read and checked as a whole. Immutable. */
public final class TlsMaterial {
    private final TlsFiles files;
    private final TlsConfig config;
    private final List<ServerIdentity> identities;
    private final @Nullable TrustManagerFactory authorities;
    private final RevocationLists revoked;

    private TlsMaterial(
            TlsFiles files,
            List<ServerIdentity> identities,
            @Nullable TrustManagerFactory authorities,
            RevocationLists revoked) {
        this.revoked = revoked;
        this.files = files;
        this.config = files.config();
        this.identities = identities;
        this.authorities = authorities;
    }

    /**
     * Reads the files.
     *
     * @param names of the configuration's keys, for messages
     * @throws TlsException if one can't be read or used, or a key is not its certificate's
     */
    public static TlsMaterial read(TlsConfig config, TlsNames names) throws TlsException {
        return of(TlsFiles.read(config, names));
    }

    static TlsMaterial of(TlsFiles files) throws TlsException {
        List<ServerIdentity> identities = new ArrayList<>();
        for (int i = 0; i < files.certificates().size(); i++) {
            identities.add(
                    ServerIdentity.of(files.certificates().get(i), files.keys().get(i)));
        }
        PemFile bundle = files.clientCa();
        List<X509Certificate> trusted = bundle == null ? List.of() : bundle.certificates();
        RevocationLists revoked = RevocationLists.of(files.crl(), trusted);
        return new TlsMaterial(
                files, List.copyOf(identities), bundle == null ? null : trust(bundle, trusted, revoked), revoked);
    }

    private static TrustManagerFactory trust(PemFile bundle, List<X509Certificate> authorities, RevocationLists revoked)
            throws TlsException {
        try {
            KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
            store.load(null, null);
            for (int i = 0; i < authorities.size(); i++) {
                store.setCertificateEntry(Integer.toString(i), authorities.get(i));
            }
            TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
            if (revoked.isEmpty()) {
                factory.init(store);
            } else {
                factory.init(new CertPathTrustManagerParameters(revoked.checking(store)));
            }
            return factory;
        } catch (GeneralSecurityException | IOException e) {
            throw bundle.refuse("can't be used: " + e.getMessage());
        }
    }

    /** For a listener, with all that is configured. */
    public ServerSSLOptions options() {
        ServerSSLOptions options = new ServerSSLOptions()
                .setKeyCertOptions(KeyCertOptions.wrap(new SniKeyManager(identities)))
                .setClientAuth(
                        switch (config.clientAuth()) {
                            case NONE -> io.vertx.core.http.ClientAuth.NONE;
                            case OPTIONAL -> io.vertx.core.http.ClientAuth.REQUEST;
                            case REQUIRED -> io.vertx.core.http.ClientAuth.REQUIRED;
                        })
                .setEnabledSecureTransportProtocols(new LinkedHashSet<>(config.protocols()))
                .setSslHandshakeTimeout(config.handshakeTimeout().toMillis())
                .setSslHandshakeTimeoutUnit(java.util.concurrent.TimeUnit.MILLISECONDS);
        config.ciphers().forEach(options::addEnabledCipherSuite);
        TrustManagerFactory trusted = authorities;
        if (trusted != null && config.clientAuth() != ClientAuth.NONE) {
            options.setTrustOptions(TrustOptions.wrap(trusted));
        }
        return options;
    }

    /** The first certificate with its chain, as PEM. */
    byte[] certificate() {
        return files.certificates().getFirst().bytes();
    }

    /** The key of the first certificate. */
    PrivateKey key() {
        return identities.getFirst().key();
    }

    /**
     * Checks that whoever trusts these authorities would trust the first certificate.
     *
     * @throws TlsException if not: it is of another authority, or not valid now
     */
    void checkOwn() throws TlsException {
        ServerIdentity own = identities.getFirst();
        PemFile file = files.certificates().getFirst();
        if (authorities != null) {
            for (TrustManager manager : authorities.getTrustManagers()) {
                if (manager instanceof X509TrustManager trust) {
                    try {
                        trust.checkClientTrusted(
                                own.chain().toArray(new X509Certificate[0]),
                                own.key().getAlgorithm());
                    } catch (CertificateException e) {
                        throw file.refuse(
                                "is not good for who trusts " + files.names().authorities() + ": " + e.getMessage());
                    }
                }
            }
        }
    }

    /** What stands for each authority, the same wherever it is configured. */
    SortedSet<String> fingerprints() throws TlsException {
        SortedSet<String> fingerprints = new TreeSet<>();
        PemFile bundle = files.clientCa();
        if (bundle != null) {
            for (X509Certificate authority : bundle.certificates()) {
                try {
                    fingerprints.add(Settling.digest(authority.getEncoded()));
                } catch (CertificateEncodingException e) {
                    throw bundle.refuse("can't be used: " + e.getMessage());
                }
            }
        }
        return fingerprints;
    }

    /** The versions of TLS that are spoken. */
    List<String> protocols() {
        return config.protocols();
    }

    /** How long a handshake may take. */
    Duration handshakeTimeout() {
        return config.handshakeTimeout();
    }

    /** The authorities that the other side's certificate must be from, as PEM; empty if none are configured. */
    byte[] authorities() {
        PemFile bundle = files.clientCa();
        return bundle == null ? new byte[0] : bundle.bytes();
    }

    /** How many certificates the server has. */
    int certificates() {
        return identities.size();
    }

    /** Who of the clients has been revoked. */
    RevocationLists revoked() {
        return revoked;
    }

    /** What ends some day: the certificates, in their order, and then the files with lists of revoked ones. */
    List<Term> terms() {
        List<Term> terms = new ArrayList<>();
        for (int i = 0; i < identities.size(); i++) {
            terms.add(Term.ofCertificate(name(i), expiry(i)));
        }
        terms.addAll(revoked.terms());
        return terms;
    }

    /** When the certificate, or one of its chain, ends. */
    Instant expiry(int certificate) {
        return identities.get(certificate).expiry();
    }

    /** How a message names a certificate. */
    private String name(int certificate) {
        Path file = config.certificates().get(certificate).cert();
        return files.names().cert(certificate) + " = " + file;
    }

    /** What is not as it should be at {@code now}, but does not keep the listener from its work; a line each. */
    public List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        List<Term> terms = terms();
        for (int i = 0; i < terms.size(); i++) {
            Instant beginning = i < identities.size() ? identities.get(i).beginning() : Instant.MIN;
            if (beginning.isAfter(now)) {
                warnings.add(name(i) + ": is not valid before " + beginning + "; clients refuse it");
            }
            int stage = terms.get(i).stage(now);
            if (stage > 0) {
                warnings.add(terms.get(i).say(stage));
            }
        }
        warnings.addAll(revoked.warnings(now));
        return warnings;
    }
}
