package io.lacewing.node.auth;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import javax.naming.NamingEnumeration;
import javax.naming.NamingException;
import javax.naming.directory.Attribute;
import javax.naming.ldap.LdapName;
import javax.naming.ldap.Rdn;
import org.jspecify.annotations.Nullable;

/**
 * How it is found out which tenant a client is of: from what it has proven, never from its word. Immutable.
 *
 * @param source where the tenant's name stands
 * @param separator what ends it in a user name
 * @param required true if clients without a tenant are refused; else they share the topics that are no tenant's
 * @param maxConnections clients of one tenant at this node at a time; 0 for no bound
 */
public record Tenancy(Source source, char separator, boolean required, int maxConnections) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");

    /** Where a tenant's name stands. */
    public enum Source {
        /** In front of the separator in the user name that the client has proven. */
        USER_NAME_PREFIX,
        /** The organization in the subject of the client's certificate. */
        CERTIFICATE_O,
        /** The organizational unit in the subject of the client's certificate. */
        CERTIFICATE_OU
    }

    /**
     * What was found out of one client; at most one of both is there.
     *
     * @param tenant the tenant's name; null if it has none
     * @param refusal why the client may not come, in words; null if it may
     */
    public record Membership(
            @Nullable String tenant, @Nullable String refusal) {
        /** Of a client that is of no tenant, and need not be. */
        public static final Membership NONE = new Membership(null, null);
    }

    /** Which tenant a client is of that has proven to be {@code identity}. */
    public Membership of(Identity identity, ClientDetails client) {
        return switch (source) {
            case USER_NAME_PREFIX -> ofUserName(identity.userName());
            case CERTIFICATE_O -> ofCertificate(client.certificate(), "O");
            case CERTIFICATE_OU -> ofCertificate(client.certificate(), "OU");
        };
    }

    private Membership ofUserName(@Nullable String userName) {
        int end = userName == null ? -1 : userName.indexOf(separator);
        return userName == null || end < 0 ? without() : named(userName.substring(0, end));
    }

    private Membership ofCertificate(@Nullable PeerCertificate certificate, String attribute) {
        if (certificate == null) {
            return without();
        }
        List<String> names;
        try {
            names = values(certificate.subject(), attribute);
        } catch (NamingException unreadable) {
            return refused("the subject of the certificate can not be read");
        }
        return switch (names.size()) {
            case 0 -> without();
            case 1 -> named(names.getFirst());
            default -> refused("the certificate names more than one tenant");
        };
    }

    private static List<String> values(String subject, String attribute) throws NamingException {
        List<String> found = new ArrayList<>(1);
        for (Rdn part : new LdapName(subject).getRdns()) {
            Attribute values = part.toAttributes().get(attribute);
            if (values != null) {
                for (NamingEnumeration<?> each = values.getAll(); each.hasMore(); ) {
                    // What is no text can't be a tenant's name, and so the client is refused.
                    found.add(each.next() instanceof String text ? text : "");
                }
            }
        }
        return found;
    }

    private Membership without() {
        return required ? refused("the client is of no tenant") : Membership.NONE;
    }

    private static Membership named(String name) {
        return NAME.matcher(name).matches()
                ? new Membership(name, null)
                : refused("the name of its tenant is not 1 to 64 of A-Z a-z 0-9 . _ -");
    }

    private static Membership refused(String why) {
        return new Membership(null, why);
    }
}
