package io.lacewing.node.auth;

import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * Whom a client's certificate names (RFC 5280, 4.1.2.6 and 4.2.1.6). It was checked in the handshake: it is valid, from an
 * authority of the listener's, and the client has its key. Or a trusted proxy has checked it, and tells the common name only.
 *
 * @param subject the distinguished name, as RFC 2253 writes it; empty if it is or is not known
 * @param commonName the most specific CN in the subject; null if there is none
 * @param dnsNames alternative names that are host names
 * @param emails alternative names that are mail addresses
 * @param uris alternative names that are URIs
 */
public record PeerCertificate(
        String subject, @Nullable String commonName, List<String> dnsNames, List<String> emails, List<String> uris) {
    private static final int EMAIL = 1;
    private static final int DNS_NAME = 2;
    private static final int URI = 6;

    /** Copies the lists. */
    public PeerCertificate {
        dnsNames = List.copyOf(dnsNames);
        emails = List.copyOf(emails);
        uris = List.copyOf(uris);
    }

    /** What {@code certificate} says; without the names that can't be read, which are then nobody's. */
    public static PeerCertificate of(X509Certificate certificate) {
        String subject = certificate.getSubjectX500Principal().getName();
        return new PeerCertificate(
                subject,
                commonName(subject),
                alternatives(certificate, DNS_NAME),
                alternatives(certificate, EMAIL),
                alternatives(certificate, URI));
    }

    /** One of which nothing is known but its common name, or not even that. */
    public static PeerCertificate named(@Nullable String commonName) {
        return new PeerCertificate("", commonName, List.of(), List.of(), List.of());
    }

    private static @Nullable String commonName(String subject) {
        try {
            String found = null;
            // From the root on, so the last is the most specific.
            for (Rdn part : new LdapName(subject).getRdns()) {
                if (part.getType().equalsIgnoreCase("CN")) {
                    found = part.getValue() instanceof String text ? text : null;
                }
            }
            return found;
        } catch (InvalidNameException unreadable) {
            return null;
        }
    }

    private static List<String> alternatives(X509Certificate certificate, int type) {
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            List<String> found = new ArrayList<>();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0) instanceof Integer kind && kind == type && name.get(1) instanceof String text) {
                    found.add(text);
                }
            }
            return found;
        } catch (CertificateParsingException unreadable) {
            return List.of();
        }
    }
}
