package io.lacewing.node.auth.certificate;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.CertificateName;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which names of a certificate are a client's. */
class CertificateAuthenticatorTest {
    private static final PeerCertificate FULL = new PeerCertificate(
            "CN=pump,O=Acme", "pump", List.of("a.example", "b.example"), List.of("p@example"), List.of("urn:p"));
    private static final PeerCertificate BARE = new PeerCertificate("", null, List.of(""), List.of(), List.of());

    private static ClientDetails client(@Nullable String user, @Nullable PeerCertificate shown) {
        return new ClientDetails("id", user, "127.0.0.1:1", "tls", 5, shown);
    }

    /** The user that the client is let in as, {@code next}, or {@code denied}. */
    private static String judge(CertificateName kind, @Nullable String user, @Nullable PeerCertificate shown) {
        Verdict verdict = new CertificateAuthenticator(kind)
                .authenticate(new Credentials(client(user, shown), null))
                .toCompletableFuture()
                .resultNow();
        return switch (verdict) {
            case Verdict.Allow(Identity identity, var until) -> "as " + identity.userName();
            case Verdict.Deny deny -> {
                assertEquals(Denial.NOT_AUTHORIZED, deny.denial());
                yield "denied";
            }
            case Verdict.Next next -> "next";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "CN,       ,          as pump",
        "CN,       pump,      as pump",
        "CN,       Pump,      denied",
        "CN,       '',        denied",
        "SUBJECT,  ,          'as CN=pump,O=Acme'",
        "DNS,      ,          as a.example",
        "DNS,      b.example, as b.example",
        "DNS,      c.example, denied",
        "EMAIL,    ,          as p@example",
        "URI,      ,          as urn:p",
        "URI,      pump,      denied"
    })
    void theUserIsWhomTheCertificateNames(CertificateName kind, @Nullable String user, String found) {
        assertEquals(found, judge(kind, user, FULL));
    }

    @Test
    void whoHasNoSuchNameIsForOthers() {
        for (CertificateName kind : CertificateName.values()) {
            assertEquals("next", judge(kind, "pump", BARE));
            assertEquals("next", judge(kind, "pump", null));
        }
    }

    @Test
    void theBindingHoldsUserAndClientToTheCertificate() {
        CertificateBinding binding = new CertificateBinding(CertificateName.CN, CertificateName.DNS, true);
        ClientDetails a = new ClientDetails("a.example", null, "127.0.0.1:1", "tls", 5, FULL);
        ClientDetails other = new ClientDetails("c.example", null, "127.0.0.1:1", "tls", 5, FULL);
        Identity pump = Identity.of("pump", Set.of());
        assertNull(binding.refusal(a, pump));
        assertNotNull(binding.refusal(other, pump));
        assertNotNull(binding.refusal(a, Identity.of("ann", Set.of())));
        assertNotNull(binding.refusal(a, Identity.ANONYMOUS));
        assertNull(binding.refusal(client(null, null), Identity.ANONYMOUS));
        // A certificate without the names fits nobody.
        assertNotNull(binding.refusal(client(null, BARE), pump));
        assertNull(new CertificateBinding(CertificateName.NONE, CertificateName.NONE, true)
                .refusal(client(null, BARE), Identity.ANONYMOUS));
    }
}
