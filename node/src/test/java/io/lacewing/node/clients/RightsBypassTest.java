package io.lacewing.node.clients;

import static io.lacewing.node.clients.PacketClient.ANSWER;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Ways around the rules: other spellings, aliases, names with wildcards, another user's session. */
class RightsBypassTest {
    private static final String RULES = """
            rules:
              - {deny: all, topics: ['secret/#', "caf\\u00e9"]}
              - {allow: all, topics: ['home/${username}/#', 'id/${clientid}/#']}
              - {allow: all, topics: ['#'], clientIds: 'root*'}
              - {allow: all, topics: ['open/#']}
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        Path passwords = dir.resolve("passwords");
        for (String user : new String[] {"ann", "mallory", "+", "+/#", "a/b"}) {
            Passwords.put(passwords, user, utf8("secret"), "--scram", "SHA-256", "--iterations", "4096");
        }
        broker = BrokerFixture.start(
                "auth.aclFile=" + Files.writeString(dir.resolve("rules.yaml"), RULES),
                "auth.passwordFile=" + passwords,
                "mqtt.reportNoMatchingSubscribers=false");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private static String text(String value) {
        return String.format("%04x", utf8(value).length) + Bytes.hex(utf8(value));
    }

    private static void subscribed(PacketClient client, String filter, String code) throws Exception {
        int id = client.sendSubscribe(filter, 1, "");
        client.expect("SUBACK #" + id + " " + code);
    }

    private static void published(PacketClient client, String topic, String properties, String code) throws Exception {
        client.publish(0x32, topic, 7, properties, "m").expect("PUBACK #7 " + code);
    }

    private static PacketClient login(String user, String id, boolean resumes) throws IOException {
        return PacketClient.v5(broker)
                .connect(id, 0xC0, 60, PacketClient.KEPT, text(user) + text("secret"))
                .expect((resumes ? "CONNACK present 00" : "CONNACK 00") + ANSWER);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$share/+/open/x",
                "$share/#/open/x",
                "$share/g#/open/x",
                "$share//open/x",
                "$share/g/",
                "$share/g"
            })
    void groupsAreNoFilters(String filter) throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "c")) {
            client.sendSubscribe(filter, 1, "");
            client.expectDisconnect("82");
        }
    }

    @Test
    void groupsAreJudgedByTheirFilter() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "c")) {
            subscribed(client, "$share/g/#", "87");
            subscribed(client, "$share/g/$share/g/open/x", "87");
            subscribed(client, "$share/g/open/x", "01");
        }
    }

    /** An alias stands for the topic that was given last, allowed or not; and each message is judged by its topic. */
    @Test
    void aliases() throws Exception {
        String alias = "23 0001";
        try (PacketClient client = PacketClient.clean(broker, "c");
                PacketClient root = PacketClient.clean(broker, "root")) {
            subscribed(root, "open/#", "01");
            subscribed(root, "secret", "87");
            published(client, "open/a", alias, "00");
            published(client, "", alias, "00");
            published(client, "secret/a", alias, "87");
            published(client, "", alias, "87");
            published(client, "open/b", alias, "00");
            published(client, "", alias, "00");
            root.take("PUBLISH open/a 'm' q1").take("PUBLISH open/a 'm' q1");
            root.take("PUBLISH open/b 'm' q1").take("PUBLISH open/b 'm' q1").ping();
        }
    }

    /** Names with wildcards give nothing, neither their own level nor another. */
    @ParameterizedTest
    @ValueSource(strings = {"+", "+/#", "a/b"})
    void userNamesNeverWiden(String user) throws Exception {
        try (PacketClient client = login(user, "widening", false)) {
            for (String filter : new String[] {"home/+/#", "home/#", "home/ann/x", "home/a/b"}) {
                subscribed(client, filter, "87");
            }
            published(client, "home/ann/x", "", "87");
            client.send(0xE0, "00 05 11 00000000").expectClosed();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "+/a", "a/b", "", "ann/#"})
    void clientIdsNeverWiden(String id) throws Exception {
        try (PacketClient client = PacketClient.v5(broker).connect(id, true, "")) {
            assertEquals("CONNACK 00", client.next().toString().substring(0, 10));
            for (String filter : new String[] {"id/+/#", "id/#", "id/a/b", "id/ann/x"}) {
                subscribed(client, filter, "87");
            }
        }
    }

    /** What looks the same is another topic: bytes are compared, nothing is normalised, folded or stripped. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Secret/a",
                "s\u0435cret/a",
                "\uff53ecret/a",
                "\ufeffsecret/a",
                "secret\u200b/a",
                "/secret/a",
                "secret /a",
                "cafe\u0301"
            })
    void lookAlikesAreOthers(String topic) throws Exception {
        try (PacketClient root = PacketClient.clean(broker, "root");
                PacketClient client = PacketClient.clean(broker, "c")) {
            // Who may do all but what is denied may do this, and nobody who has subscribed to the right one hears it.
            published(root, topic, "", "00");
            published(root, "secret/a", "", "87");
            published(root, "caf\u00e9", "", "87");
            published(client, topic, "", "87");
        }
    }

    /** Dots are letters: there is no way up. */
    @Test
    void thereIsNoWayUp() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "c")) {
            published(client, "open/../secret/a", "", "00");
            published(client, "open//secret", "", "00");
            published(client, "open", "", "00");
            published(client, "openx", "", "87");
            published(client, "/open/x", "", "87");
            subscribed(client, "open/../#", "01");
            subscribed(client, "../#", "87");
        }
    }

    /** Slashes, wildcards and letters written longer than they are, halves of pairs, and zeros. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "c0af",
                "e080af",
                "f08080af",
                "c0a3",
                "c1bf",
                "c080",
                "00",
                "eda080",
                "edbfbf",
                "eda081edb080",
                "f4908080",
                "f8808080af",
                "80",
                "e282"
            })
    void malformedText(String bytes) throws Exception {
        String topic = Bytes.hex(Bytes.join(utf8("open/"), Bytes.of(bytes), utf8("x")));
        String field = String.format("%04x", topic.length() / 2) + topic;
        for (String packet : new String[] {"30" + field + "00", "82 0001 00" + field + "00", "a2 0001 00" + field}) {
            try (PacketClient client = PacketClient.clean(broker, "c")) {
                client.send(Integer.parseInt(packet.substring(0, 2), 16), packet.substring(2));
                client.expectDisconnect("81");
            }
        }
        for (String tail : new String[] {field + text("secret"), text("ann") + text("secret")}) {
            try (PacketClient client = PacketClient.v5(broker)) {
                String id = tail.startsWith(field) ? text("c") : field;
                client.send(0x10, "0004'MQTT' 05 c2 003c 00" + id + tail);
                assertEquals("CONNACK 81", client.next().toString().substring(0, 10));
                client.expectClosed();
            }
        }
    }

    /**
     * Another user takes the client id: it has the session, but not its rights. What waited, what was sent and not
     * acknowledged, and the subscriptions are judged by the rights of who is there now.
     */
    @Test
    void anotherUsersSession() throws Exception {
        try (PacketClient root = PacketClient.clean(broker, "root")) {
            try (PacketClient ann = login("ann", "hijacked", false)) {
                subscribed(ann, "home/ann/#", "01");
                subscribed(ann, "open/h", "01");
                published(root, "home/ann/1", "", "00");
                assertEquals("PUBLISH home/ann/1 'm' q1", ann.next().withoutId());
            }
            published(root, "home/ann/2", "", "00");
            published(root, "open/h", "", "00");
            try (PacketClient mallory = login("mallory", "hijacked", true)) {
                mallory.take("PUBLISH open/h 'm' q1").ping();
                published(root, "home/ann/3", "", "00");
                published(root, "open/h", "", "00");
                mallory.take("PUBLISH open/h 'm' q1").ping();
            }
            try (PacketClient ann = login("ann", "hijacked", true)) {
                ann.ping();
                published(root, "home/ann/4", "", "00");
                published(root, "open/h", "", "00");
                // Its subscription has ended with the hijack: it has to make it anew, and gets no more by accident
                // either.
                ann.take("PUBLISH open/h 'm' q1").ping();
            }
        }
    }

    /** Who may not subscribe gets nothing that is retained either, by whatever filter. */
    @Test
    void retainedMessages() throws Exception {
        try (PacketClient root = PacketClient.clean(broker, "root");
                PacketClient client = PacketClient.clean(broker, "c")) {
            root.publish(0x33, "private/r", 7, "", "r").expect("PUBACK #7 00");
            root.publish(0x33, "open/r", 7, "", "r").expect("PUBACK #7 00");
            for (String filter : new String[] {"#", "+/r", "private/#", "private/r", "$share/g/private/r"}) {
                subscribed(client, filter, "87");
            }
            subscribed(client, "open/+", "01");
            client.take("PUBLISH open/r 'r' q1 retain").ping();
            root.publish(0x33, "private/r", 7, "", "").expect("PUBACK #7 00");
            root.publish(0x33, "open/r", 7, "", "").expect("PUBACK #7 00");
        }
    }

    /** A payload that says that it is text and is none is nobody's right or wrong: whoever subscribes gets it as it was sent. */
    @Test
    void retainedTextThatIsNone() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "c")) {
            client.send(0x33, text("open/text") + "0007 02 0101 c0afff").expect("PUBACK #7 00");
            subscribed(client, "open/text", "01");
            Received retained = client.next();
            String hex = Bytes.hex(retained.bytes());
            assertEquals("020101c0afff", hex.substring(hex.length() - 12));
            client.ack(0x40, retained.packetId())
                    .send(0xA2, "0008 00" + text("open/text"))
                    .expect("UNSUBACK #8 00");
            client.publish(0x33, "open/text", 7, "", "").expect("PUBACK #7 00");
        }
    }
}
