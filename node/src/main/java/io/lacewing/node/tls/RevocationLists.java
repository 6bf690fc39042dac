package io.lacewing.node.tls;

import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SignatureException;
import java.security.cert.CertStore;
import java.security.cert.CollectionCertStoreParameters;
import java.security.cert.PKIXBuilderParameters;
import java.security.cert.X509CRL;
import java.security.cert.X509CertSelector;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.List;
import java.util.Set;
import javax.security.auth.x500.X500Principal;

/**
 * Lists of revoked certificates (CRL, RFC 5280, 5) of one listener. Immutable.
 *
 * <p>With lists there, a chain is only good if for each certificate in it there is a list of its authority that is in date and
 * does not have it: what nobody knows is not taken for good. Lists are never fetched.
 */
final class RevocationLists {
    private static final String DELTA = "2.5.29.27";
    private static final int CRL_SIGN = 6;

    /** What one file holds. */
    private record Source(PemFile file, List<X509CRL> lists) {}

    private final List<Source> sources;
    private final List<X509Certificate> authorities;

    private RevocationLists(List<Source> sources, List<X509Certificate> authorities) {
        this.sources = sources;
        this.authorities = authorities;
    }

    /**
     * Reads lists.
     *
     * @param authorities those that clients' certificates must be from
     * @throws TlsException if one can't be used, or is not by the authority that it names
     */
    static RevocationLists of(List<PemFile> files, List<X509Certificate> authorities) throws TlsException {
        List<Source> sources = new ArrayList<>();
        for (PemFile file : files) {
            List<X509CRL> lists = file.lists();
            for (X509CRL list : lists) {
                check(file, list, authorities);
            }
            sources.add(new Source(file, lists));
        }
        return new RevocationLists(List.copyOf(sources), List.copyOf(authorities));
    }

    /** What the handshake would find out too, but could not say to the operator. */
    private static void check(PemFile file, X509CRL list, List<X509Certificate> authorities) throws TlsException {
        String issuer = list.getIssuerX500Principal().getName();
        Set<String> critical = list.getCriticalExtensionOIDs();
        if (critical != null && critical.contains(DELTA)) {
            throw file.refuse("the list of " + issuer + " only has changes of another (delta CRL); give the whole one");
        }
        boolean named = false;
        for (X509Certificate authority : authorities) {
            if (authority.getSubjectX500Principal().equals(list.getIssuerX500Principal())) {
                named = true;
                if (isSigned(file, list, authority)) {
                    return;
                }
            }
        }
        // Else it may be of one that clients send along, between theirs and that in clientCa: the handshake checks it.
        if (named) {
            throw file.refuse("the list of " + issuer + " is not signed by that authority in "
                    + file.key().replaceFirst("crl\\.\\d+$", "clientCa") + ", or this may not sign lists (key usage)");
        }
    }

    private static boolean isSigned(PemFile file, X509CRL list, X509Certificate authority) throws TlsException {
        boolean[] usage = authority.getKeyUsage();
        if (usage != null && !usage[CRL_SIGN]) {
            return false;
        }
        try {
            list.verify(authority.getPublicKey());
            return true;
        } catch (SignatureException | java.security.InvalidKeyException another) {
            return false;
        } catch (GeneralSecurityException e) {
            throw file.refuse("the signature of a list can't be checked: " + e.getMessage());
        }
    }

    /** True if revocation is not looked at. */
    boolean isEmpty() {
        return sources.isEmpty();
    }

    /** What the JDK checks chains by: the authorities in {@code store}, and these lists alone. */
    PKIXBuilderParameters checking(KeyStore store) throws GeneralSecurityException {
        Collection<X509CRL> all = new ArrayList<>();
        sources.forEach(source -> all.addAll(source.lists));
        PKIXBuilderParameters parameters = new PKIXBuilderParameters(store, new X509CertSelector());
        // Not by a PKIXRevocationChecker of our own: that would fetch lists from where certificates say.
        parameters.setRevocationEnabled(true);
        parameters.addCertStore(CertStore.getInstance("Collection", new CollectionCertStoreParameters(all)));
        return parameters;
    }

    /**
     * True if a certificate of the chain is on a list. The chain was good once, so that who has signed the lists was checked, or
     * they are of the operator's own choice.
     */
    boolean revokes(List<X509Certificate> chain) {
        for (Source source : sources) {
            for (X509CRL list : source.lists) {
                for (X509Certificate certificate : chain) {
                    if (list.isRevoked(certificate)
                            && certificate.getIssuerX500Principal().equals(list.getIssuerX500Principal())) {
                        return true;
                    }
                }
            }
        }
        return false;
    }

    /** When the first list of this file is out of date. */
    Instant end(int file) {
        return sources.get(file).lists.stream()
                .map(RevocationLists::end)
                .min(Instant::compareTo)
                .orElse(Instant.MAX);
    }

    private static Instant end(X509CRL list) {
        Date next = list.getNextUpdate();
        return next == null ? Instant.MAX : next.toInstant();
    }

    /** Until when the lists are in date that say so. */
    List<Term> terms() {
        List<Term> terms = new ArrayList<>();
        for (Source source : sources) {
            for (X509CRL list : source.lists) {
                if (list.getNextUpdate() != null) {
                    terms.add(
                            Term.ofList(name(source, list), list.getThisUpdate().toInstant(), end(list)));
                }
            }
        }
        return terms;
    }

    private static String name(Source source, X509CRL list) {
        return source.file.key() + " = " + source.file.path() + ", list of "
                + list.getIssuerX500Principal().getName();
    }

    /** What else is not as it should be at {@code now}. */
    List<String> warnings(Instant now) {
        List<String> warnings = new ArrayList<>();
        List<X500Principal> listed = new ArrayList<>();
        for (Source source : sources) {
            for (X509CRL list : source.lists) {
                listed.add(list.getIssuerX500Principal());
                if (list.getThisUpdate().toInstant().isAfter(now)) {
                    warnings.add(name(source, list) + ": is not in force before "
                            + list.getThisUpdate().toInstant() + "; until then clients of its authority are refused");
                }
            }
        }
        for (X509Certificate authority : isEmpty() ? List.<X509Certificate>of() : authorities) {
            if (!listed.contains(authority.getSubjectX500Principal())) {
                String key = sources.getFirst().file.key();
                warnings.add(key.substring(0, key.lastIndexOf('.')) + ": there is no list of "
                        + authority.getSubjectX500Principal().getName()
                        + "; clients with a certificate that it has signed are refused");
            }
        }
        return warnings;
    }
}
