package io.lacewing.node.auth.ldap;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.Filter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LdapNamesTest {
    private static final String HOSTILE_1 = "ann,ou=admins";
    private static final String HOSTILE_2 = "*)(uid=*))(|(uid=*";

    @ParameterizedTest
    @ValueSource(
            strings = {
                HOSTILE_1,
                HOSTILE_2,
                "ann+cn=root",
                "\\2a",
                "\\",
                "\"",
                "a=b",
                "#04024869",
                " ann ",
                "<ann>;",
                "${dn}",
                "${username}",
                "żółw\u202e",
                "a\nb"
            })
    void aUserNameStaysAValue(String name) throws Exception {
        DN dn = LdapNames.userDn("uid=${username},ou=people,dc=example", name);
        assertEquals(3, dn.getRDNs().length);
        assertEquals(new DN("ou=people,dc=example"), dn.getParent());
        // Once more, as a server reads it.
        DN read = new DN(dn.toString());
        assertEquals(1, read.getRDNs()[0].getAttributeValues().length);
        assertEquals(name, read.getRDNs()[0].getAttributeValues()[0]);

        Filter filter = LdapNames.filter("(&(objectClass=person)(uid=${username}))", name, "cn=x");
        Filter sent = Filter.create(filter.toString());
        assertEquals(Filter.FILTER_TYPE_AND, sent.getFilterType());
        assertEquals(2, sent.getComponents().length);
        assertEquals(Filter.FILTER_TYPE_EQUALITY, sent.getComponents()[1].getFilterType());
        assertEquals(name, sent.getComponents()[1].getAssertionValue());
    }

    @Test
    void aFilterFindsTheNameAndNoOther() throws Exception {
        Filter filter = LdapNames.filter("(uid=${username})", "*", "");
        assertEquals(true, filter.matchesEntry(new Entry("cn=a", new Attribute("uid", "*"))));
        assertEquals(false, filter.matchesEntry(new Entry("cn=a", new Attribute("uid", "ann"))));
    }

    @Test
    void groupsAreCalledByTheirFirstValue() {
        assertEquals("ops", LdapNames.group("cn=ops,ou=groups,dc=example"));
        assertEquals("a,b", LdapNames.group("CN=a\\,b,DC=example"));
        assertEquals("plain", LdapNames.group("plain"));
        assertEquals("", LdapNames.group(""));
    }
}
