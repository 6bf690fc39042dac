package io.lacewing.node.tls;

import io.netty.pkitesting.CertificateBuilder;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Signature;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1Object;
import org.bouncycastle.asn1.DERBitString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.Time;
import org.bouncycastle.asn1.x509.V2TBSCertListGenerator;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/** An authority with its certificates, made for a test. */
public final class Pki {
    /** By Java's default store of keys. */
    private static final char[] PASSWORD = "password".toCharArray();

    private final X509Bundle root;

    public Pki(String name) throws Exception {
        this(builder("CN=" + name).setIsCertificateAuthority(true).buildSelfSigned());
    }

    private Pki(X509Bundle root) {
        this.root = root;
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

    /** An authority below this one, with an own list of those that it revokes. */
    public Pki intermediate(String name) throws Exception {
        return new Pki(sign(builder("CN=" + name).setIsCertificateAuthority(true)));
    }

    /** The certificate of this authority, if it is below another. */
    public X509Bundle bundle() {
        return root;
    }

    /** A list of those that this authority has revoked, in DER. */
    public byte[] revoked(Instant begin, Instant end, X509Bundle... revoked) throws Exception {
        V2TBSCertListGenerator list = new V2TBSCertListGenerator();
        AlgorithmIdentifier algorithm = new AlgorithmIdentifier(X9ObjectIdentifiers.ecdsa_with_SHA256);
        list.setSignature(algorithm);
        list.setIssuer(X500Name.getInstance(
                root.getCertificate().getSubjectX500Principal().getEncoded()));
        list.setThisUpdate(new Time(Date.from(begin)));
        list.setNextUpdate(new Time(Date.from(end)));
        for (X509Bundle each : revoked) {
            BigInteger serial = each.getCertificate().getSerialNumber();
            list.addCRLEntry(new ASN1Integer(serial), new Time(Date.from(begin)), CRLReason.keyCompromise);
        }
        ASN1Object content = list.generateTBSCertList();
        Signature signature = Signature.getInstance("SHA256withECDSA");
        signature.initSign(root.getKeyPair().getPrivate());
        signature.update(content.getEncoded());
        ASN1Encodable[] all = {content, algorithm, new DERBitString(signature.sign())};
        return new DERSequence(all).getEncoded();
    }

    /** The same as of now, for a day, in PEM. */
    public String revoked(X509Bundle... revoked) throws Exception {
        Instant now = Instant.now();
        return pem(revoked(now.minusSeconds(60), now.plus(Duration.ofDays(1)), revoked));
    }

    /** A list in PEM. */
    public static String pem(byte[] list) {
        return "-----BEGIN X509 CRL-----\n" + Base64.getMimeEncoder().encodeToString(list)
                + "\n-----END X509 CRL-----\n";
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
