package io.lacewing.node.auth.certificate;

import io.lacewing.node.auth.Admission;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.CertificateName;
import org.jspecify.annotations.Nullable;

/**
 * Holds a client that has shown a certificate to the names in it, however it has proven who it is. A client without a
 * certificate is not held to anything.
 *
 * @param userName where the name must stand as which it comes; {@code NONE}: it is free
 * @param clientId where its client id must stand; {@code NONE}: it is free
 * @param endsWithCertificate whether its connection ends when the certificate does
 */
public record CertificateBinding(CertificateName userName, CertificateName clientId, boolean endsWithCertificate)
        implements Admission {
    private static final Verdict.Deny OTHER_USER =
            new Verdict.Deny(Denial.NOT_AUTHORIZED, "the user name is not one of the certificate's");
    private static final Verdict.Deny OTHER_CLIENT =
            new Verdict.Deny(Denial.NOT_AUTHORIZED, "the client id is not one of the certificate's");

    @Override
    public Verdict.@Nullable Deny refusal(ClientDetails client, Identity identity) {
        PeerCertificate certificate = client.certificate();
        if (certificate == null) {
            return null;
        }
        if (isOther(certificate, clientId, client.clientId())) {
            return OTHER_CLIENT;
        }
        return isOther(certificate, userName, identity.userName()) ? OTHER_USER : null;
    }

    private static boolean isOther(PeerCertificate certificate, CertificateName kind, @Nullable String name) {
        return kind != CertificateName.NONE
                && (name == null || !CertificateNames.of(certificate, kind).contains(name));
    }
}
