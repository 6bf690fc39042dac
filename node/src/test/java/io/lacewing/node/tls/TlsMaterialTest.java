package io.lacewing.node.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.ClientAuth;
import io.lacewing.node.config.TlsConfig;
import io.netty.pkitesting.CertificateBuilder.Algorithm;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.interfaces.RSAPrivateCrtKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Files that can be used, and what is said of those that can't. */
class TlsMaterialTest {
    @TempDir
    private Path dir = Path.of("");

    private Pki pki = new Pki("Test CA");

    TlsMaterialTest() throws Exception {}

    @BeforeEach
    void write() throws Exception {
        Pki.write(pki.sign(pki.host("a")), dir, "a");
    }

    static TlsConfig config(Path dir, @Nullable Path clientCa, String... names) {
        return new TlsConfig(
                List.of(names).stream()
                        .map(name -> new TlsConfig.Certificate(dir.resolve(name + ".pem"), dir.resolve(name + ".key")))
                        .toList(),
                clientCa,
                clientCa == null ? ClientAuth.NONE : ClientAuth.REQUIRED,
                List.of("TLSv1.2", "TLSv1.3"),
                List.of(),
                Duration.ofSeconds(10));
    }

    private TlsMaterial read(String... names) throws TlsException {
        return TlsMaterial.read(config(dir, null, names), new TlsNames.Listener("listeners.2"));
    }

    /** A refusal, with {@code DIR} for the test's directory. */
    private String refusal(TlsConfig config) {
        TlsException refusal =
                assertThrows(TlsException.class, () -> TlsMaterial.read(config, new TlsNames.Listener("listeners.2")));
        return String.valueOf(refusal.getMessage()).replace(dir.toString(), "DIR");
    }

    private String refusal(String... names) {
        return refusal(config(dir, null, names));
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "ecp384", "rsa2048", "ed25519", "ed448"})
    void keysInPkcs8(Algorithm algorithm) throws Exception {
        Pki.write(pki.sign(pki.host("b").algorithm(algorithm)), dir, "b");
        assertEquals(2, read("a", "b").certificates());
    }

    private static String pem(String label, byte[] bytes) {
        return "# a comment\n-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(bytes) + "\n-----END " + label
                + "-----\n";
    }

    private static byte[] inner(X509Bundle bundle) throws Exception {
        return PrivateKeyInfo.getInstance(bundle.getKeyPair().getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
    }

    @ParameterizedTest
    @EnumSource(names = {"ecp256", "ecp384", "rsa2048"})
    void keysInTheFormsOfBefore(Algorithm algorithm) throws Exception {
        X509Bundle bundle = pki.sign(pki.host("b").algorithm(algorithm));
        Pki.write(bundle, dir, "b");
        boolean rsa = bundle.getKeyPair().getPrivate() instanceof RSAPrivateCrtKey;
        String key = pem(rsa ? "RSA PRIVATE KEY" : "EC PRIVATE KEY", inner(bundle));
        Files.writeString(dir.resolve("b.key"), rsa ? key : pem("EC PARAMETERS", new byte[] {6, 1, 1}) + key);
        assertEquals(1, read("b").certificates());
        Pki.write(pki.sign(pki.host("b").algorithm(algorithm)), dir, "c");
        Files.copy(dir.resolve("b.key"), dir.resolve("x.key"));
        Files.copy(dir.resolve("c.pem"), dir.resolve("x.pem"));
        assertEquals(
                "listeners.2.tls.certificates.0.key = DIR/x.key: is not the key of the certificate in DIR/x.pem",
                refusal("x"));
    }

    @Test
    void filesThatAreNotThere() throws Exception {
        assertEquals(
                "listeners.2.tls.certificates.1.cert = DIR/b.pem: can't be read: there is no such file",
                refusal("a", "b"));
        Files.createDirectory(dir.resolve("b.pem"));
        assertEquals(
                "listeners.2.tls.certificates.1.cert = DIR/b.pem: can't be read: it is a directory", refusal("a", "b"));
        Files.delete(dir.resolve("a.key"));
        assertEquals(
                "listeners.2.tls.certificates.0.key = DIR/a.key: can't be read: there is no such file", refusal("a"));
        assertEquals(
                "listeners.2.tls.clientCa = DIR/ca.pem: can't be read: there is no such file",
                refusal(config(dir, dir.resolve("ca.pem"), new String[0])));
    }

    @Test
    void filesThatHoldSomethingElse() throws Exception {
        Files.writeString(dir.resolve("b.pem"), "hello");
        Files.writeString(dir.resolve("b.key"), "hello");
        assertEquals(
                "listeners.2.tls.certificates.0.cert = DIR/b.pem: holds no certificate in PEM form"
                        + " (-----BEGIN CERTIFICATE-----)",
                refusal("b"));
        Files.copy(dir.resolve("a.pem"), dir.resolve("c.pem"));
        Files.copy(dir.resolve("a.pem"), dir.resolve("c.key"));
        assertEquals(
                "listeners.2.tls.certificates.0.key = DIR/c.key: holds no private key in PEM form"
                        + " (-----BEGIN PRIVATE KEY-----)",
                refusal("c"));
        Files.writeString(dir.resolve("c.key"), pem("PRIVATE KEY", new byte[] {1, 2, 3}));
        assertEquals(
                "listeners.2.tls.certificates.0.key = DIR/c.key: holds no private key that can be read"
                        + " (RSA, EC or Ed25519)",
                refusal("c"));
        Files.writeString(dir.resolve("c.key"), pem("DSA PRIVATE KEY", new byte[] {1, 2, 3}));
        assertEquals(
                "listeners.2.tls.certificates.0.key = DIR/c.key: holds a DSA PRIVATE KEY; RSA, EC and Ed25519 can be used",
                refusal("c"));
        Files.writeString(dir.resolve("c.pem"), pem("CERTIFICATE", new byte[] {1, 2, 3}));
        assertTrue(
                refusal("c").startsWith("listeners.2.tls.certificates.0.cert = DIR/c.pem: certificate 1 is damaged: "));
        Files.writeString(dir.resolve("d.pem"), "-----BEGIN CERTIFICATE-----" + "-x".repeat(500_000));
        Files.copy(dir.resolve("a.key"), dir.resolve("d.key"));
        assertTrue(refusal("d").contains("DIR/d.pem: holds no certificate in PEM form"));
        Files.writeString(dir.resolve("d.pem"), "x".repeat(5_000_000));
        assertEquals("listeners.2.tls.certificates.0.cert = DIR/d.pem: is longer than 4194304 bytes", refusal("d"));
        Files.writeString(dir.resolve("ca.pem"), "hello");
        assertEquals(
                "listeners.2.tls.clientCa = DIR/ca.pem: holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)",
                refusal(config(dir, dir.resolve("ca.pem"), "a")));
    }

    @Test
    void keysOfOthers() throws Exception {
        for (Algorithm algorithm : List.of(Algorithm.ecp256, Algorithm.ecp384, Algorithm.rsa2048, Algorithm.ed25519)) {
            X509Bundle other = pki.sign(pki.host("a").algorithm(algorithm));
            Files.writeString(dir.resolve("a.key"), other.getPrivateKeyPEM());
            assertEquals(
                    "listeners.2.tls.certificates.0.key = DIR/a.key: is not the key of the certificate in DIR/a.pem",
                    refusal("a"));
        }
        X509Bundle rsa = pki.sign(pki.host("a").rsa2048());
        Files.writeString(dir.resolve("a.key"), pem("RSA PRIVATE KEY", inner(rsa)));
        assertEquals(
                "listeners.2.tls.certificates.0.key = DIR/a.key: is RSA, but its certificate has a key of type EC",
                refusal("a"));
    }

    @Test
    void encryptedKeys() throws Exception {
        String refusal = "listeners.2.tls.certificates.0.key = DIR/a.key: is encrypted; write it without a password"
                + " (openssl pkey -in FILE -out FILE), and let only the broker read it";
        Files.writeString(dir.resolve("a.key"), pem("ENCRYPTED PRIVATE KEY", new byte[] {1}));
        assertEquals(refusal, refusal("a"));
        Files.writeString(dir.resolve("a.key"), """
                -----BEGIN RSA PRIVATE KEY-----
                Proc-Type: 4,ENCRYPTED
                DEK-Info: AES-128-CBC,00

                AAAA
                -----END RSA PRIVATE KEY-----
                """);
        assertEquals(refusal, refusal("a"));
    }

    @Test
    void validity() throws Exception {
        Instant now = Instant.now().truncatedTo(java.time.temporal.ChronoUnit.SECONDS);
        Instant over = now.minusSeconds(3600);
        Instant later = now.plusSeconds(3600);
        Instant soon = now.plus(Duration.ofDays(6));
        Pki.write(pki.sign(pki.host("b").notAfter(over)), dir, "b");
        Pki.write(pki.sign(pki.host("c").notBefore(later)), dir, "c");
        Pki.write(
                pki.sign(pki.host("d").notBefore(now.minus(Duration.ofDays(50))).notAfter(soon)), dir, "d");
        assertEquals(List.of(), read("a").warnings(now));
        assertEquals(
                List.of(
                        "listeners.2.tls.certificates.1.cert = " + dir.resolve("b.pem") + ": has expired at " + over
                                + "; clients refuse it",
                        "listeners.2.tls.certificates.2.cert = " + dir.resolve("c.pem") + ": is not valid before "
                                + later + "; clients refuse it",
                        "listeners.2.tls.certificates.3.cert = " + dir.resolve("d.pem")
                                + ": expires in less than 7 days, at " + soon),
                read("a", "b", "c", "d").warnings(now));
        assertEquals(1, read("d").warnings(now.minus(Duration.ofDays(20))).size());
        assertEquals(0, read("d").warnings(now.minus(Duration.ofDays(25))).size());
    }

    /** Two certificates of one name, of different kinds of keys: both are there for a client without a name. */
    @Test
    void twoKindsOfKeysForOneName() throws Exception {
        ServerIdentity ec = identity(pki.sign(pki.host("a")));
        ServerIdentity rsa = identity(pki.sign(pki.host("a").rsa2048()));
        ServerIdentity other = identity(pki.sign(pki.host("b").rsa2048()));
        SniKeyManager manager = new SniKeyManager(List.of(ec, other, rsa));
        assertEquals(List.of(ec, rsa), manager.candidates(null));
        assertEquals(List.of(ec, rsa), manager.candidates("unknown"));
        assertEquals(List.of(ec, rsa), manager.candidates("a"));
        assertEquals(List.of(other), manager.candidates("b"));
        assertEquals("2", manager.chooseEngineServerAlias("RSA", null, null));
        assertEquals("0", manager.chooseEngineServerAlias("EC", null, null));
        assertEquals(null, manager.chooseEngineServerAlias("EdDSA", null, null));
    }

    private ServerIdentity identity(X509Bundle bundle) throws Exception {
        Pki.write(bundle, dir, "identity");
        return ServerIdentity.of(
                PemFile.read("cert", dir.resolve("identity.pem")), PemFile.read("key", dir.resolve("identity.key")));
    }
}
