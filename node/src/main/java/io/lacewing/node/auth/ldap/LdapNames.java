package io.lacewing.node.auth.ldap;

import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Filter;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.RDN;
import java.util.Arrays;

/** Puts what clients have chosen into names and filters, so that it stays a value there whatever it is. */
final class LdapNames {
    private static final String USER_NAME = "${username}";
    private static final String ENTRY = "${dn}";

    private LdapNames() {}

    /**
     * The name that a template stands for. The user name is put into the values of the parsed template, so it can't become
     * more than a part of one.
     *
     * @throws LDAPException if the template is no distinguished name
     */
    static DN userDn(String template, String userName) throws LDAPException {
        RDN[] parts = new DN(template).getRDNs();
        for (int i = 0; i < parts.length; i++) {
            String[] values = Arrays.stream(parts[i].getAttributeValues())
                    .map(value -> value.replace(USER_NAME, userName))
                    .toArray(String[]::new);
            parts[i] = new RDN(parts[i].getAttributeNames(), values);
        }
        return new DN(parts);
    }

    /**
     * The filter that a template stands for.
     *
     * @throws LDAPException if the template is no filter
     */
    static Filter filter(String template, String userName, String dn) throws LDAPException {
        // One pass: what has been put in must not be looked at again.
        StringBuilder filter = new StringBuilder();
        int at = 0;
        while (at < template.length()) {
            if (template.startsWith(USER_NAME, at)) {
                filter.append(Filter.encodeValue(userName));
                at += USER_NAME.length();
            } else if (template.startsWith(ENTRY, at)) {
                filter.append(Filter.encodeValue(dn));
                at += ENTRY.length();
            } else {
                filter.append(template.charAt(at++));
            }
        }
        return Filter.create(filter.toString());
    }

    /** What a group is called whose entry has this name: the first value; what is no name is called as it is. */
    static String group(String value) {
        if (!DN.isValidDN(value)) {
            return value;
        }
        try {
            RDN first = new DN(value).getRDN();
            return first == null ? value : first.getAttributeValues()[0];
        } catch (LDAPException e) {
            throw new IllegalStateException("a valid name that can't be parsed", e);
        }
    }
}
