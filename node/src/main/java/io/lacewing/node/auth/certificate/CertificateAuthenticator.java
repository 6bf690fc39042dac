package io.lacewing.node.auth.certificate;

import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.CertificateName;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Lets in who has shown a certificate, as the user that it names: the handshake has proven it, so a password is not looked at.
 * A client that shows none, or one without such a name, is for others to judge. Thread-safe.
 */
public final class CertificateAuthenticator implements Authenticator {
    private static final Verdict NEXT = new Verdict.Next();
    private static final Verdict OTHER_NAME =
            new Verdict.Deny(Denial.NOT_AUTHORIZED, "the user name is not one of the certificate's");

    private final CertificateName kind;

    /** Makes one that takes the user's name from here. */
    public CertificateAuthenticator(CertificateName kind) {
        this.kind = kind;
    }

    @Override
    public CompletionStage<Verdict> authenticate(Credentials credentials) {
        return CompletableFuture.completedFuture(judge(credentials));
    }

    private Verdict judge(Credentials credentials) {
        PeerCertificate certificate = credentials.client().certificate();
        List<String> names = certificate == null ? List.of() : CertificateNames.of(certificate, kind);
        if (names.isEmpty()) {
            return NEXT;
        }
        String given = credentials.client().userName();
        if (given != null && !names.contains(given)) {
            return OTHER_NAME;
        }
        return new Verdict.Allow(Identity.of(given == null ? names.getFirst() : given, Set.of()));
    }
}
