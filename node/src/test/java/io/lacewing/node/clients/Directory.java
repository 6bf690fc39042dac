package io.lacewing.node.clients;

import com.unboundid.ldap.listener.InMemoryDirectoryServer;
import com.unboundid.ldap.listener.InMemoryDirectoryServerConfig;
import com.unboundid.ldap.listener.InMemoryListenerConfig;
import com.unboundid.ldap.listener.interceptor.InMemoryInterceptedSimpleBindRequest;
import com.unboundid.ldap.listener.interceptor.InMemoryOperationInterceptor;
import com.unboundid.ldap.sdk.DN;
import com.unboundid.ldap.sdk.Entry;
import com.unboundid.ldap.sdk.RDN;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** A directory for tests, on this machine. */
final class Directory implements AutoCloseable {
    static final String WEIRD = "we,ird+\"\\<>;=*()";
    static final String SERVICE = "cn=broker,dc=example";
    static final String SERVICE_PASSWORD = "service secret";

    private final InMemoryDirectoryServer server;
    private final AtomicInteger binds = new AtomicInteger();

    /**
     * Starts one.
     *
     * @param port 0: any
     * @param tls null: it speaks none; else both StartTLS and, on its second port, TLS
     */
    Directory(int port, @Nullable SSLContext tls) throws Exception {
        InMemoryDirectoryServerConfig config = new InMemoryDirectoryServerConfig("dc=example");
        config.setSchema(null);
        config.addAdditionalBindCredentials("cn=root", "root");
        config.setAuthenticationRequiredOperationTypes(com.unboundid.ldap.sdk.OperationType.SEARCH);
        InetAddress here = InetAddress.getLoopbackAddress();
        config.setListenerConfigs(InMemoryListenerConfig.createLDAPConfig(
                "plain", here, port, tls == null ? null : tls.getSocketFactory()));
        if (tls != null) {
            config.getListenerConfigs()
                    .add(InMemoryListenerConfig.createLDAPSConfig(
                            "tls", here, 0, tls.getServerSocketFactory(), tls.getSocketFactory()));
        }
        config.addInMemoryOperationInterceptor(new InMemoryOperationInterceptor() {
            @Override
            public void processSimpleBindRequest(InMemoryInterceptedSimpleBindRequest request) {
                if (request.getRequest().getBindDN().contains("ou=people")) {
                    binds.incrementAndGet();
                }
            }
        });
        server = new InMemoryDirectoryServer(config);
        server.startListening();
        fill();
    }

    private void fill() throws Exception {
        server.add("dn: dc=example", "objectClass: domain", "dc: example");
        server.add("dn: ou=people,dc=example", "objectClass: organizationalUnit", "ou: people");
        server.add("dn: ou=groups,dc=example", "objectClass: organizationalUnit", "ou: groups");
        server.add("dn: " + SERVICE, "cn: broker", "userPassword: " + SERVICE_PASSWORD);
        person("ann", "secret");
        person("bob", "other");
        person(WEIRD, "weird");
        server.add("dn: cn=sellers,ou=groups,dc=example", "cn: sellers", "member: uid=ann,ou=people,dc=example");
        server.add("dn: cn=ops,ou=groups,dc=example", "cn: ops", "member: uid=bob,ou=people,dc=example");
    }

    private void person(String name, String password) throws Exception {
        Entry entry = new Entry(new DN(new RDN("uid", name), new DN("ou=people,dc=example")));
        entry.addAttribute("objectClass", "person");
        entry.addAttribute("uid", name);
        entry.addAttribute("userPassword", password.getBytes(StandardCharsets.UTF_8));
        entry.addAttribute("memberOf", name.equals("ann") ? "cn=sellers,ou=groups,dc=example" : "cn=ops,dc=example");
        server.add(entry);
    }

    void changePassword(String name, String password) throws Exception {
        server.modify(
                "dn: uid=" + name + ",ou=people,dc=example",
                "changetype: modify",
                "replace: userPassword",
                "userPassword: " + password);
    }

    int port() {
        return server.getListenPort("plain");
    }

    int tlsPort() {
        return server.getListenPort("tls");
    }

    /** How often somebody of ou=people was bound, or was to be. */
    int binds() {
        return binds.get();
    }

    /** Refuses connections from now on, and closes those that are open. */
    void goDown() {
        server.shutDown(true);
    }

    @Override
    public void close() {
        server.shutDown(true);
    }
}
