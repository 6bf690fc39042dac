package io.lacewing.node.tls;

import java.security.PrivateKey;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;

/**
 * A certificate of the server with its private key.
 *
 * @param chain the certificate, and behind it those between it and the root
 * @param key of the first of the chain
 * @param hosts the names that it is for, in lower case; the first label may be {@code *}
 */
record ServerIdentity(List<X509Certificate> chain, PrivateKey key, Set<String> hosts) {
    private static final int DNS_NAME = 2;

    static ServerIdentity of(PemFile certificate, PemFile key) throws TlsException {
        List<X509Certificate> chain = certificate.certificates();
        X509Certificate own = chain.getFirst();
        return new ServerIdentity(chain, PrivateKeys.of(key, certificate, own.getPublicKey()), hosts(certificate, own));
    }

    /** The host names in the alternative names; if there are none, the common name (RFC 6125, 6.4.4). */
    private static Set<String> hosts(PemFile file, X509Certificate certificate) throws TlsException {
        Set<String> hosts = new TreeSet<>();
        try {
            Collection<List<?>> names = certificate.getSubjectAlternativeNames();
            for (List<?> name : names == null ? List.<List<?>>of() : names) {
                if (name.get(0) instanceof Integer type && type == DNS_NAME) {
                    hosts.add(String.valueOf(name.get(1)).toLowerCase(Locale.ROOT));
                }
            }
            if (hosts.isEmpty()) {
                for (Rdn part :
                        new LdapName(certificate.getSubjectX500Principal().getName()).getRdns()) {
                    if (part.getType().equalsIgnoreCase("CN")) {
                        hosts.add(part.getValue().toString().toLowerCase(Locale.ROOT));
                    }
                }
            }
        } catch (CertificateParsingException | InvalidNameException e) {
            throw file.refuse("the names in its certificate are damaged: " + e.getMessage());
        }
        return Set.copyOf(hosts);
    }

    /** When the first certificate of the chain ends that does. */
    Instant expiry() {
        return chain.stream()
                .map(certificate -> certificate.getNotAfter().toInstant())
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    /** When all certificates of the chain have begun. */
    Instant beginning() {
        return chain.stream()
                .map(certificate -> certificate.getNotBefore().toInstant())
                .max(Instant::compareTo)
                .orElse(Instant.MIN);
    }
}
