package io.lacewing.node.auth.ldap;

import com.unboundid.ldap.sdk.Attribute;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.LDAPConnection;
import com.unboundid.ldap.sdk.LDAPConnectionPool;
import com.unboundid.ldap.sdk.LDAPException;
import com.unboundid.ldap.sdk.LDAPSearchException;
import com.unboundid.ldap.sdk.RDN;
import com.unboundid.ldap.sdk.ResultCode;
import com.unboundid.ldap.sdk.SearchRequest;
import com.unboundid.ldap.sdk.SearchResultEntry;
import com.unboundid.ldap.sdk.SearchScope;
import com.unboundid.ldap.sdk.SimpleBindRequest;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.remote.OtherSystem;
import io.lacewing.node.auth.remote.Question;
import io.lacewing.node.auth.remote.QuestionThreads;
import io.lacewing.node.auth.remote.UnfitException;
import io.lacewing.node.config.LdapAuthConfig;
import io.lacewing.node.files.FileException;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Asks a directory: a user is who can bind as its entry. A password is the bytes that it is. Thread-safe; what blocks runs on
 * threads of its own.
 */
public final class LdapSystem implements OtherSystem {
    private static final int MAX_GROUPS = 1_000;

    /** The name of an entry that is not there. */
    private static final String NOBODY = "lacewing: no such user";

    private static final Verdict NEXT = new Verdict.Next();

    /** What a bind ends by that says something of the user, and not of the directory. */
    private static final Set<ResultCode> OF_THE_USER = Set.of(
            ResultCode.INVALID_CREDENTIALS,
            ResultCode.NO_SUCH_OBJECT,
            ResultCode.INVALID_DN_SYNTAX,
            ResultCode.INAPPROPRIATE_AUTHENTICATION,
            ResultCode.UNWILLING_TO_PERFORM,
            ResultCode.CONSTRAINT_VIOLATION,
            ResultCode.INSUFFICIENT_ACCESS_RIGHTS);

    private final LdapServer server;
    private final LdapAuthConfig config;
    private final LDAPConnectionPool connections;
    private final QuestionThreads threads;

    private LdapSystem(LdapServer server) {
        this.server = server;
        this.config = server.config();
        this.connections = server.connections();
        this.threads = new QuestionThreads("ldap", config.remote().maxRequests());
    }

    /**
     * Reads the files. Blocks for them, and waits for no other machine.
     *
     * @throws FileException if one can't be used; names the key
     */
    public static LdapSystem open(LdapAuthConfig config) throws FileException {
        return new LdapSystem(LdapServer.read(config));
    }

    /**
     * Looks whether {@link #open} would find what it needs. Blocks.
     *
     * @throws FileException if not
     */
    public static void check(LdapAuthConfig config) throws FileException {
        var unused = LdapServer.read(config);
    }

    /** Without a password a directory would let in everybody, as nobody (RFC 4513, 5.1.2). */
    @Override
    public @Nullable Verdict withoutAsking(Credentials credentials) {
        byte[] password = credentials.password();
        if (password == null) {
            return NEXT;
        }
        return password.length == 0 ? Verdict.WRONG : null;
    }

    @Override
    public Asked ask(Question question) {
        String userName = question.userName();
        byte[] password = question.password();
        if (password == null || password.length == 0) {
            throw new IllegalArgumentException("a question without a password");
        }
        return threads.ask(() -> judge(userName, password));
    }

    private Verdict judge(String userName, byte[] password) throws LDAPException, UnfitException {
        LDAPConnection connection = connections.getConnection();
        boolean sound = false;
        try {
            Verdict verdict = judge(connection, userName, password);
            sound = true;
            return verdict;
        } catch (UnfitException e) {
            sound = true;
            throw e;
        } finally {
            if (!sound) {
                connections.releaseDefunctConnection(connection);
            } else if (config.search() != null) {
                // It is bound as the user, maybe, and the next is searched for as somebody else.
                connections.releaseAndReAuthenticateConnection(connection);
            } else {
                connections.releaseConnection(connection);
            }
        }
    }

    private Verdict judge(LDAPConnection connection, String userName, byte[] password)
            throws LDAPException, UnfitException {
        SearchResultEntry entry = null;
        String dn;
        if (config.userDn() != null) {
            dn = LdapNames.userDn(config.userDn(), userName).toString();
        } else {
            entry = find(connection, userName);
            if (entry == null) {
                // As who is found is tried, so that the time does not tell which names there are. It proves nothing,
                // whatever it says.
                var unused = binds(connection, nobody(), password);
                return NEXT;
            }
            dn = entry.getDN();
        }
        if (!binds(connection, dn, password)) {
            return Verdict.WRONG;
        }
        if (entry == null) {
            entry = connection.getEntry(dn, attributes());
        } else if (config.groups().base() != null) {
            connection.bind(server.service() == null ? new SimpleBindRequest() : server.service());
        }
        String name = entry == null ? null : entry.getAttributeValue(config.userNameAttribute());
        if (entry == null || name == null || name.isEmpty()) {
            throw new UnfitException("the entry of a user, " + (entry == null ? "which it can't read," : "which")
                    + " has no " + config.userNameAttribute() + "; see auth.ldap.userNameAttribute");
        }
        return new Verdict.Allow(Identity.of(name, groups(connection, entry, name)));
    }

    private String nobody() throws LDAPException {
        LdapAuthConfig.Search search = config.search();
        DN base = search == null ? DN.NULL_DN : new DN(search.base());
        return new DN(new RDN("cn", NOBODY), base).toString();
    }

    private @Nullable SearchResultEntry find(LDAPConnection connection, String userName)
            throws LDAPException, UnfitException {
        LdapAuthConfig.Search search = config.search();
        if (search == null) {
            throw new IllegalStateException("neither a name nor a search");
        }
        SearchRequest request = new SearchRequest(
                search.base(), SearchScope.SUB, LdapNames.filter(search.filter(), userName, ""), attributes());
        request.setSizeLimit(2);
        List<SearchResultEntry> found;
        try {
            found = entries(connection.search(request).getSearchEntries());
        } catch (LDAPSearchException e) {
            if (!ResultCode.SIZE_LIMIT_EXCEEDED.equals(e.getResultCode())) {
                throw e;
            }
            throw tooMany();
        }
        if (found.size() > 1) {
            throw tooMany();
        }
        return found.isEmpty() ? null : found.getFirst();
    }

    private static UnfitException tooMany() {
        return new UnfitException("auth.ldap.search.filter finds more than one entry for a user name");
    }

    /** There are none only where a listener takes them. */
    private static List<SearchResultEntry> entries(@Nullable List<SearchResultEntry> found) {
        return found == null ? List.of() : found;
    }

    private String[] attributes() {
        String groups = config.groups().attribute();
        String name = config.userNameAttribute();
        return groups == null ? new String[] {name} : new String[] {name, groups};
    }

    private static boolean binds(LDAPConnection connection, String dn, byte[] password) throws LDAPException {
        try {
            connection.bind(new SimpleBindRequest(dn, password));
            return true;
        } catch (LDAPException e) {
            if (OF_THE_USER.contains(e.getResultCode())) {
                return false;
            }
            throw e;
        }
    }

    private Set<String> groups(LDAPConnection connection, SearchResultEntry entry, String name)
            throws LDAPException, UnfitException {
        LdapAuthConfig.Groups wanted = config.groups();
        Set<String> groups = new LinkedHashSet<>();
        if (wanted.attribute() != null) {
            Attribute listed = entry.getAttribute(wanted.attribute());
            for (String value : listed == null ? new String[0] : listed.getValues()) {
                groups.add(LdapNames.group(value));
            }
        } else if (wanted.base() != null) {
            SearchRequest request = new SearchRequest(
                    wanted.base(),
                    SearchScope.SUB,
                    LdapNames.filter(wanted.filter(), name, new DN(entry.getDN()).toString()),
                    wanted.nameAttribute());
            request.setSizeLimit(MAX_GROUPS + 1);
            for (SearchResultEntry group : entries(connection.search(request).getSearchEntries())) {
                String groupName = group.getAttributeValue(wanted.nameAttribute());
                if (groupName != null) {
                    groups.add(groupName);
                }
            }
        }
        if (groups.size() > MAX_GROUPS) {
            throw new UnfitException("a user is in more than " + MAX_GROUPS + " groups");
        }
        return groups;
    }

    @Override
    public void close() {
        threads.close();
        connections.close();
    }
}
