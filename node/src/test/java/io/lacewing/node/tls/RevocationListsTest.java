package io.lacewing.node.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.ClientAuth;
import io.lacewing.node.config.TlsConfig;
import io.netty.pkitesting.X509Bundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files with lists of revoked certificates: which can be used, and what is said of the others. */
class RevocationListsTest {
    @TempDir
    private Path dir = Path.of("");

    private final Pki pki = new Pki("Test CA");
    private final Instant now = Instant.now().truncatedTo(ChronoUnit.SECONDS);

    RevocationListsTest() throws Exception {}

    @BeforeEach
    void write() throws Exception {
        Pki.write(pki.sign(pki.host("a")), dir, "a");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
    }

    private TlsMaterial read() throws TlsException {
        return TlsMaterial.read(
                new TlsConfig(
                        List.of(new TlsConfig.Certificate(dir.resolve("a.pem"), dir.resolve("a.key"))),
                        dir.resolve("ca.pem"),
                        List.of(dir.resolve("crl")),
                        ClientAuth.REQUIRED,
                        List.of("TLSv1.3"),
                        List.of(),
                        Duration.ofSeconds(10)),
                new TlsNames.Listener("listeners.2"));
    }

    private String refusal(String content) throws Exception {
        Files.writeString(dir.resolve("crl"), content);
        return String.valueOf(assertThrows(TlsException.class, this::read).getMessage())
                .replace("listeners.2.tls.crl.0 = " + dir.resolve("crl") + ": ", "");
    }

    private List<String> warnings(byte[] list) throws Exception {
        Files.write(dir.resolve("crl"), list);
        return read().warnings(now).stream()
                .map(warning -> warning.replace("listeners.2.tls.crl.0 = " + dir.resolve("crl") + ", ", ""))
                .toList();
    }

    @Test
    void whatCannotBeUsedIsSaid() throws Exception {
        assertEquals(
                "holds no list of revoked certificates, in PEM form (-----BEGIN X509 CRL-----) or DER", refusal(""));
        assertEquals(
                "holds no list of revoked certificates, in PEM form (-----BEGIN X509 CRL-----) or DER",
                refusal(pki.pem()));
        assertTrue(refusal(pki.revoked() + Pki.pem(new byte[] {0x30, 0})).startsWith("list 2 is damaged: "));
        assertTrue(refusal("0 is how DER begins").startsWith("list 1 is damaged: "));
        Files.delete(dir.resolve("crl"));
        assertEquals(
                "listeners.2.tls.crl.0 = " + dir.resolve("crl") + ": can't be read: there is no such file",
                assertThrows(TlsException.class, this::read).getMessage());
    }

    /** It has the name of the authority in clientCa, but is not by it. */
    @Test
    void aListOfAnotherAuthorityIsRefused() throws Exception {
        assertEquals(
                "the list of CN=Test CA is not signed by that authority in listeners.2.tls.clientCa, or this may not sign"
                        + " lists (key usage)",
                refusal(new Pki("Test CA").revoked()));
    }

    @Test
    void bothFormsAreRead() throws Exception {
        X509Bundle bad = pki.sign(pki.subject("bad"));
        X509Bundle good = pki.sign(pki.subject("good"));
        X509Bundle sameNumber = new Pki("Other CA")
                .sign(pki.subject("bad").serial(bad.getCertificate().getSerialNumber()));
        byte[] der = pki.revoked(now.minusSeconds(60), now.plusSeconds(3600), bad);
        Files.write(dir.resolve("crl"), der);
        RevocationLists binary = read().revoked();
        Files.writeString(dir.resolve("crl"), "# a comment\n" + new Pki("Other CA").revoked() + Pki.pem(der));
        for (RevocationLists lists : List.of(binary, read().revoked())) {
            assertTrue(lists.revokes(bad.getCertificatePathList()));
            assertFalse(lists.revokes(good.getCertificatePathList()));
            assertFalse(lists.revokes(sameNumber.getCertificatePathList()));
            assertFalse(lists.revokes(List.of()));
        }
    }

    /** A quarter of its time before a list is out of date something is said, and then that clients are refused. */
    @Test
    void whetherAListIsInDateIsSaid() throws Exception {
        Instant begin = now.minus(Duration.ofHours(10));
        assertEquals(List.of(), warnings(pki.revoked(begin, now.plus(Duration.ofHours(4)))));
        Instant soon = now.plus(Duration.ofHours(3));
        assertEquals(
                List.of("list of CN=Test CA: expires in less than 3 hours, at " + soon),
                warnings(pki.revoked(begin, soon)));
        Instant past = now.minusSeconds(1);
        assertEquals(
                List.of("list of CN=Test CA: has expired at " + past
                        + "; clients with certificates of its authority are refused until there is a new one"),
                warnings(pki.revoked(begin, past)));
        Instant later = now.plusSeconds(60);
        assertEquals(
                List.of("list of CN=Test CA: is not in force before " + later
                        + "; until then clients of its authority are refused"),
                warnings(pki.revoked(later, later.plusSeconds(3600))));
    }

    @Test
    void anAuthorityWithoutAListIsSaid() throws Exception {
        Pki other = new Pki("Other CA");
        Files.writeString(dir.resolve("ca.pem"), pki.pem() + other.pem());
        assertEquals(
                List.of(
                        "listeners.2.tls.crl: there is no list of CN=Other CA; clients with a certificate that it has signed"
                                + " are refused"),
                warnings(pki.revoked(now.minusSeconds(60), now.plusSeconds(3600))));
    }
}
