package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients at a broker that asks a directory who they are. */
class LdapAuthTest {
    private static final String TEMPLATE = "auth.ldap.userDn=uid=${username},ou=people,dc=example";
    private static final String BREAKER = "lacewing_auth_remote_breaker{authenticator=\"ldap\"}";

    @TempDir
    private Path dir = Path.of("");

    private static BrokerFixture broker(int port, List<String> more) throws Exception {
        List<String> settings = new ArrayList<>(List.of("auth.ldap.url=ldap://127.0.0.1:" + port));
        settings.addAll(more);
        return BrokerFixture.start(settings.toArray(new String[0]));
    }

    private List<String> searching(String... more) throws Exception {
        Path secret = Files.writeString(dir.resolve("service"), Directory.SERVICE_PASSWORD + "\n");
        List<String> settings = new ArrayList<>(List.of(
                "auth.ldap.search.base=ou=people,dc=example",
                "auth.ldap.search.filter=(&(objectClass=person)(uid=${username}))",
                "auth.ldap.search.bindDn=" + Directory.SERVICE,
                "auth.ldap.search.passwordFile=" + secret));
        settings.addAll(List.of(more));
        return settings;
    }

    private List<String> mode(boolean search, String... more) throws Exception {
        List<String> settings = new ArrayList<>(search ? searching() : List.of(TEMPLATE));
        settings.addAll(List.of(more));
        return settings;
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aUserIsWhoCanBind(boolean search) throws Exception {
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker = broker(directory.port(), mode(search, "auth.ldap.maxRequests=2"))) {
            for (int i = 0; i < 3; i++) {
                assertEquals("00", Login.code(broker, "ann", "secret"));
                assertEquals("00", Login.code(broker, "bob", "other"));
                assertEquals("86", Login.code(broker, "ann", "wrong" + i));
                assertEquals("86", Login.code(broker, "nobody", "secret" + i));
            }
            assertEquals("00", Login.code(broker, Directory.WEIRD, "weird"));
            try (PacketClient old = Login.connecting(broker, false, "d", "ann", bytes("secret"))) {
                assertEquals("00", Login.code(old));
            }
            try (PacketClient old = Login.connecting(broker, false, "d", "ann", bytes("wrong"))) {
                assertEquals("04", Login.code(old));
            }
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    /** A bind with a name and no password succeeds as nobody. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void anEmptyPasswordIsNotTriedAtAll(boolean search) throws Exception {
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker = broker(directory.port(), mode(search))) {
            assertEquals("86", Login.code(broker, "ann", ""));
            assertEquals("86", Login.code(broker, "ann", null));
            assertEquals(0, directory.binds());
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aUserNameIsNoMoreThanAName(boolean search) throws Exception {
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker = broker(directory.port(), mode(search))) {
            List<String> hostile = List.of(
                    "*",
                    "a*",
                    "ann)(uid=*",
                    "*)(uid=ann",
                    "ann,ou=people,dc=example",
                    "ann+cn=x",
                    "\\61nn",
                    "ann\\",
                    "#616e6e");
            for (String name : hostile) {
                assertEquals("86", Login.code(broker, name, "secret"), name);
            }
            assertEquals("00", Login.code(broker, "ann", "secret"));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rulesKnowGroupsAndTheNameOfTheEntry(boolean search) throws Exception {
        Path acl = Files.writeString(
                dir.resolve("acl"),
                "rules: [{allow: all, topics: 'shop/#', groups: sellers}, {allow: all, topics: 'ann/#', users: ann}]");
        List<List<String>> ways = List.of(
                List.of("auth.ldap.groups.attribute=memberOf"), List.of("auth.ldap.groups.base=ou=groups,dc=example"));
        for (List<String> way : ways) {
            List<String> settings = mode(search, "auth.aclFile=" + acl);
            settings.addAll(way);
            try (Directory directory = new Directory(0, null);
                    BrokerFixture broker = broker(directory.port(), settings)) {
                try (PacketClient client = Login.connecting(broker, "c", "ANN", "secret")) {
                    assertTrue(client.next().toString().startsWith("CONNACK 00"));
                    client.subscribe("shop/a", 0).subscribe("ann/a", 0);
                }
                try (PacketClient client = Login.connecting(broker, "c", "bob", "other")) {
                    assertTrue(client.next().toString().startsWith("CONNACK 00"));
                    client.expect("SUBACK #" + client.sendSubscribe("shop/a", 0, "") + " 87");
                }
            }
        }
    }

    /** Else it would be answered sooner, and the time would tell which names there are. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aNameThatIsNotThereIsTriedLikeOneThatIs(boolean search) throws Exception {
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker = broker(directory.port(), mode(search, "auth.ldap.maxRequests=1"))) {
            assertEquals("86", Login.code(broker, "ann", "wrong"));
            assertEquals(1, directory.binds());
            assertEquals("86", Login.code(broker, "nobody", "wrong"));
            assertEquals(2, directory.binds());
            assertEquals("00", Login.code(broker, "bob", "other"));
        }
    }

    @Test
    void aServiceAccountThatIsRefusedIsNotTheUsersFault() throws Exception {
        Path secret = Files.writeString(dir.resolve("bad"), "wrong");
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker = broker(directory.port(), searching("auth.ldap.search.passwordFile=" + secret))) {
            assertEquals("88", Login.code(broker, "ann", "secret"));
        }
    }

    @Test
    void aFilterThatFindsTwoLetsNobodyIn() throws Exception {
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker =
                        broker(directory.port(), searching("auth.ldap.search.filter=(|(uid=${username})(uid=bob))"))) {
            assertEquals("88", Login.code(broker, "ann", "secret"));
            assertEquals("00", Login.code(broker, "bob", "other"));
        }
    }

    @Test
    void aChangedPasswordCountsAfterAWhile() throws Exception {
        try (Directory directory = new Directory(0, null);
                BrokerFixture broker = broker(directory.port(), mode(false, "auth.ldap.cache.ttl=3s"))) {
            assertEquals("00", Login.code(broker, "ann", "secret"));
            int binds = directory.binds();
            directory.changePassword("ann", "new");
            assertEquals("00", Login.code(broker, "ann", "new"));
            assertEquals(binds + 1, directory.binds());
            assertEquals("00", Login.code(broker, "ann", "new"), "it is remembered");
            assertEquals(binds + 1, directory.binds());
            Login.await(broker, "86", "ann", "secret");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aDirectoryThatIsDownIsLeftAloneAndComesBack(boolean search) throws Exception {
        try (Directory first = new Directory(0, null);
                BrokerFixture broker = broker(
                        first.port(), mode(search, "auth.ldap.breaker.failures=2", "auth.ldap.breaker.pause=200ms"));
                PacketClient other = Login.connecting(broker, "other", null, null)) {
            assertTrue(other.next().toString().startsWith("CONNACK 00"));
            assertEquals("00", Login.code(broker, "bob", "other"));
            int port = first.port();
            first.goDown();
            for (int i = 0; i < 5; i++) {
                assertEquals("88", Login.code(broker, "ann", "secret"));
                other.ping();
            }
            assertTrue(Login.metric(broker, BREAKER) > 0);
            try (Directory second = new Directory(port, null)) {
                Login.await(broker, "00", "ann", "secret");
                assertEquals(0, Login.metric(broker, BREAKER));
                assertTrue(second.binds() > 0);
            }
        }
    }

    @Test
    void aDirectoryThatIsSilentIsNotWaitedForLong() throws Exception {
        try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                BrokerFixture broker = broker(
                        silent.getLocalPort(), mode(false, "auth.ldap.timeout=300ms", "limits.connectTimeout=60s"));
                PacketClient other = Login.connecting(broker, "other", null, null)) {
            assertTrue(other.next().toString().startsWith("CONNACK 00"));
            try (PacketClient waiting = Login.connecting(broker, "c", "ann", "secret")) {
                other.ping();
                assertEquals("88", Login.code(waiting));
            }
        }
    }

    @Test
    void tlsMustBeOfTheAuthorityAndTheHost() throws Exception {
        Pki pki = new Pki("Test CA");
        Path ca = Files.writeString(dir.resolve("ca.pem"), pki.pem());
        Path wrong = Files.writeString(dir.resolve("other.pem"), new Pki("Other CA").pem());
        try (Directory directory = new Directory(0, server(pki, "localhost"));
                Directory elsewhere = new Directory(0, server(pki, "elsewhere.example"))) {
            String start = "auth.ldap.startTls=true";
            String direct = "auth.ldap.startTls=false";
            assertEquals("00", once("ldaps://localhost:" + directory.tlsPort(), ca, direct));
            assertEquals("88", once("ldaps://localhost:" + directory.tlsPort(), wrong, direct));
            assertEquals("88", once("ldaps://localhost:" + elsewhere.tlsPort(), ca, direct));
            assertEquals("00", once("ldap://localhost:" + directory.port(), ca, start));
            assertEquals("88", once("ldap://localhost:" + directory.port(), wrong, start));
            assertEquals("88", once("ldap://localhost:" + elsewhere.port(), ca, start));
            assertEquals(0, elsewhere.binds());
            assertEquals(2, directory.binds());
        }
    }

    private static SSLContext server(Pki pki, String host) throws Exception {
        X509Bundle own = pki.sign(pki.host(host));
        SSLContext tls = SSLContext.getInstance("TLS");
        tls.init(own.toKeyManagerFactory().getKeyManagers(), null, null);
        return tls;
    }

    private static String once(String url, Path ca, String startTls) throws Exception {
        try (BrokerFixture broker =
                BrokerFixture.start("auth.ldap.url=" + url, "auth.ldap.ca=" + ca, startTls, TEMPLATE)) {
            return Login.code(broker, "ann", "secret");
        }
    }
}
