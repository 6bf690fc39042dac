package io.lacewing.node.auth.certificate;

import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.config.CertificateName;
import java.util.List;

/** The names in a certificate that can be a user's or a client's. */
final class CertificateNames {
    private CertificateNames() {}

    /** Those of this kind, in the certificate's order, without empty ones; none if it has none. */
    static List<String> of(PeerCertificate certificate, CertificateName kind) {
        String commonName = certificate.commonName();
        List<String> names = switch (kind) {
            case NONE -> List.of();
            case CN -> commonName == null ? List.of() : List.of(commonName);
            case SUBJECT -> List.of(certificate.subject());
            case DNS -> certificate.dnsNames();
            case EMAIL -> certificate.emails();
            case URI -> certificate.uris();
        };
        return names.stream().filter(name -> !name.isEmpty()).toList();
    }
}
