package io.lacewing.node.clients;

import static io.lacewing.node.clients.PacketClient.ANSWER;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.GatedBroker;
import io.lacewing.node.Passwords;
import io.lacewing.node.auth.Action;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rule;
import io.lacewing.node.auth.TopicPattern;
import io.lacewing.node.auth.Verdict;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients may do at a broker with a rules file, and what they are told. */
class AuthorizationTest {
    private static final String RULES = """
            rules:
              - {deny: all, topics: ['secret/#', 'news/secret']}
              - {allow: all, topics: ['#', '$SYS/#'], clientIds: ['all*', watcher]}
              - {allow: all, topics: from/here, networks: [127.0.0.0/8, "::1"]}
              - {allow: all, topics: from/elsewhere, networks: 192.0.2.0/24}
              - {allow: all, topics: by/tcp, listeners: tcp}
              - {allow: all, topics: by/ws, listeners: ws}
              - {allow: publish, topics: low, qos: [0, 1]}
              - {allow: publish, topics: plain, retain: false}
              - {allow: subscribe, topics: low, qos: 0}
            roles:
              device:
                - {allow: publish, topics: 'tele/${clientid}/#'}
                - {allow: subscribe, topics: ['cmd/${clientid}/#', 'news/+', 'open/#']}
              staff:
                - {allow: all, topics: 'staff/${username}'}
            assign:
              - {roles: device, clientIds: ['dev*', '+', 'a/b']}
              - {roles: staff, groups: people}
            """;

    private static final String QUIET = "mqtt.reportNoMatchingSubscribers=false";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    private static String rules;

    @BeforeAll
    static void start() throws Exception {
        rules = "auth.aclFile=" + Files.writeString(dir.resolve("rules.yaml"), RULES);
        Path passwords = dir.resolve("passwords");
        Passwords.put(passwords, "ann", "secret".getBytes(StandardCharsets.UTF_8), "--group", "people");
        Passwords.put(passwords, "bob", "secret".getBytes(StandardCharsets.UTF_8));
        broker = BrokerFixture.start(rules, QUIET, "auth.passwordFile=" + passwords);
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static void subscribed(PacketClient client, String filter, String code) throws Exception {
        int id = client.sendSubscribe(filter, 0, "");
        client.expect("SUBACK #" + id + " " + code);
    }

    /** Publishes at QoS 1. */
    private static void published(PacketClient client, String topic, String code) throws Exception {
        client.publish(0x32, topic, 7, "", "m").expect("PUBACK #7 " + code);
    }

    @Test
    void onlyWhatIsAllowedIsPublished() throws Exception {
        try (PacketClient device = PacketClient.clean(broker, "dev1");
                PacketClient watcher = PacketClient.clean(broker, "watcher")) {
            watcher.subscribe("tele/#", 0);
            device.publish(0x30, "tele/dev2/a", 0, "", "0");
            published(device, "tele/dev2/a", "87");
            device.publish(0x34, "tele/dev2/a", 8, "", "2").expect("PUBREC #8 87");
            published(device, "tele/dev1/a", "00");
            published(device, "tele/dev1/a", "00");
            watcher.expect("PUBLISH tele/dev1/a 'm' q0", "PUBLISH tele/dev1/a 'm' q0")
                    .ping();
            // The packet id that was refused is free.
            device.publish(0x34, "tele/dev1/b", 8, "", "2").expect("PUBREC #8 00");
            device.ack(0x62, 8).expect("PUBCOMP #8 00");
            watcher.expect("PUBLISH tele/dev1/b '2' q0").ping();
        }
    }

    /** MQTT 3 has no code for it: acknowledged, and gone. */
    @Test
    void mqtt3IsAcknowledged() throws Exception {
        try (PacketClient device = PacketClient.clean3(broker, "dev3");
                PacketClient watcher = PacketClient.clean(broker, "watcher")) {
            watcher.subscribe("tele/#", 0);
            published(device, "tele/dev2/a", "00");
            device.publish2("tele/dev2/a", "2");
            device.publish2("tele/dev2/a", "2");
            published(device, "tele/dev3/a", "00");
            watcher.expect("PUBLISH tele/dev3/a 'm' q0").ping();
            subscribed(device, "cmd/dev3/#", "00");
            subscribed(device, "cmd/#", "80");
        }
    }

    @Test
    void aWildcardGivesNoMore() throws Exception {
        try (PacketClient device = PacketClient.clean(broker, "dev1")) {
            subscribed(device, "cmd/dev1/#", "00");
            subscribed(device, "cmd/dev1/+/x", "00");
            subscribed(device, "$share/g/cmd/dev1/a", "00");
            for (String filter :
                    new String[] {"cmd/#", "cmd/+/x", "#", "+/#", "+/dev1/#", "$share/g/cmd/#", "cmd/dev2/a"}) {
                subscribed(device, filter, "87");
            }
            // An earlier rule denies a part of it.
            subscribed(device, "news/+", "87");
            subscribed(device, "news/today", "00");
            subscribed(device, "$SYS/#", "87");
        }
        try (PacketClient all = PacketClient.clean(broker, "all")) {
            subscribed(all, "#", "87");
            subscribed(all, "$SYS/#", "00");
            subscribed(all, "tele/#", "00");
        }
    }

    @Test
    void eachFilterHasItsAnswer() throws Exception {
        try (PacketClient device = PacketClient.clean(broker, "dev1")) {
            device.send(0x82, "0009 00 0009'cmd/dev2/' 00 0009'cmd/dev1/' 00 0004'open' 01");
            device.expect("SUBACK #9 87 00 01");
            published(device, "tele/dev1/x", "00");
        }
    }

    /** Values that are more than one level give nothing. */
    @ParameterizedTest
    @ValueSource(strings = {"+", "a/b"})
    void aClientIdNeverWidens(String id) throws Exception {
        try (PacketClient client = PacketClient.clean(broker, id)) {
            subscribed(client, "cmd/+/#", "87");
            subscribed(client, "cmd/a/b", "87");
            subscribed(client, "open/x", "00");
            published(client, "tele/a/b", "87");
        }
    }

    @Test
    void conditionsOfMessagesAndOfWhereTheyComeFrom() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "anyone")) {
            published(client, "from/here", "00");
            published(client, "from/elsewhere", "87");
            published(client, "by/tcp", "00");
            published(client, "by/ws", "87");
            published(client, "low", "00");
            client.publish(0x34, "low", 8, "", "2").expect("PUBREC #8 87");
            published(client, "plain", "00");
            client.publish(0x33, "plain", 7, "", "m").expect("PUBACK #7 87");
            subscribed(client, "low", "00");
            int id = client.sendSubscribe("low", 1, "");
            client.expect("SUBACK #" + id + " 87");
            published(client, "other", "87");
            subscribed(client, "other", "87");
        }
    }

    @Test
    void groupsComeFromThePasswordFile() throws Exception {
        try (PacketClient ann = PacketClient.v5(broker).connect("x", 0xC2, 60, "", "0003'ann' 0006'secret'");
                PacketClient bob = PacketClient.v5(broker).connect("y", 0xC2, 60, "", "0003'bob' 0006'secret'")) {
            ann.expect("CONNACK 00" + ANSWER);
            bob.expect("CONNACK 00" + ANSWER);
            published(ann, "staff/ann", "00");
            published(ann, "staff/bob", "87");
            published(bob, "staff/bob", "87");
        }
    }

    @Test
    void sysIsTheBrokersUnlessItIsNamed() throws Exception {
        try (PacketClient named = PacketClient.clean(broker, "all");
                PacketClient other = PacketClient.clean(broker, "dev1")) {
            published(named, "$SYS/a", "00");
            published(other, "$SYS/a", "87");
        }
        try (BrokerFixture open = BrokerFixture.start(QUIET);
                PacketClient client = PacketClient.clean(open, "c")) {
            published(client, "$SYS/a", "87");
            published(client, "$SYS", "87");
            published(client, "$SYSTEM/a", "00");
            published(client, "a/$SYS", "00");
            String will = PacketClient.will("", "$SYS/a", "gone");
            PacketClient.v5(open)
                    .connect("w", 0x06, 60, "", will)
                    .expect("CONNACK 87")
                    .expectClosed();
            assertTrue(
                    PasswordTest.metrics(open).contains("lacewing_authorization_denied_total{action=\"publish\"} 2"));
        }
    }

    @Test
    void aWillIsJudgedAtItsConnect() throws Exception {
        String bad = PacketClient.will("", "tele/dev2/a", "gone");
        PacketClient.v5(broker)
                .connect("dev1", 0x06, 60, "", bad)
                .expect("CONNACK 87")
                .expectClosed();
        String bad3 = bad.substring(2);
        PacketClient.v3(broker)
                .connect("dev1", 0x06, 60, "", bad3)
                .expect("CONNACK 05")
                .expectClosed();
        try (PacketClient watcher = PacketClient.clean(broker, "watcher")) {
            watcher.subscribe("tele/#", 0);
            String good = PacketClient.will("", "tele/dev1/a", "gone");
            PacketClient.v5(broker)
                    .connect("dev1", 0x06, 60, "", good)
                    .expect("CONNACK 00" + ANSWER)
                    .close();
            watcher.expect("PUBLISH tele/dev1/a 'gone' q0").ping();
        }
    }

    @ParameterizedTest
    @CsvSource({"true", "false"})
    void deniedMessagesCanBeDroppedWithoutAWord(boolean v5) throws Exception {
        try (BrokerFixture dropping = BrokerFixture.start(rules, QUIET, "auth.onDenied=drop");
                PacketClient device =
                        v5 ? PacketClient.clean(dropping, "dev1") : PacketClient.clean3(dropping, "dev1");
                PacketClient watcher = PacketClient.clean(dropping, "watcher")) {
            watcher.subscribe("tele/#", 0);
            published(device, "tele/dev2/a", "00");
            device.publish2("tele/dev2/a", "2");
            device.publish(0x34, "tele/dev2/a", 9, "", "2").expect("PUBREC #9 00");
            device.publish(0x3C, "tele/dev2/a", 9, "", "2").expect("PUBREC #9 00");
            device.ack(0x62, 9).expect("PUBCOMP #9 00");
            device.publish2("tele/dev1/a", "2");
            watcher.expect("PUBLISH tele/dev1/a '2' q0").ping();
            subscribed(device, "cmd/#", v5 ? "87" : "80");
        }
    }

    @Test
    void orTheConnectionEnds() throws Exception {
        try (BrokerFixture strict = BrokerFixture.start(rules, QUIET, "auth.onDenied=disconnect")) {
            PacketClient.clean(strict, "dev1").publish("tele/dev2/a", "0").expectDisconnect("87");
            PacketClient subscriber = PacketClient.clean(strict, "dev2");
            subscriber.sendSubscribe("#", 0, "");
            subscriber.expectDisconnect("87");
            PacketClient.clean3(strict, "dev3").publish("tele/dev2/a", "0").expectClosed();
            try (PacketClient good = PacketClient.clean(strict, "dev1")) {
                published(good, "tele/dev1/a", "00");
            }
            assertEquals(
                    2,
                    PasswordTest.metrics(strict)
                            .lines()
                            .filter(
                                    line -> line.matches(
                                            "lacewing_authorization_denied_total\\{action=\"(publish|subscribe)\"} [12](\\.0)?"))
                            .count());
        }
    }

    /** As whoever checks tokens may bring them. */
    @Test
    void anIdentityBringsItsOwnRules() throws Exception {
        Rule own = Rule.allow(Set.of(Action.values()), List.of(TopicPattern.of("own/${username}")));
        Identity token = new Identity("ann", Set.of(), false, List.of(own));
        Identity root = new Identity("root", Set.of(), true);
        Authenticator by = credentials -> CompletableFuture.completedFuture(
                new Verdict.Allow(credentials.client().clientId().equals("root") ? root : token));
        try (GatedBroker gated = new GatedBroker(List.of(by), QUIET);
                PacketClient ann = PacketClient.at(gated.tcp(), true).connect("c", true, "");
                PacketClient all = PacketClient.at(gated.tcp(), true).connect("root", true, "")) {
            assertTrue(ann.next().toString().startsWith("CONNACK 00"));
            assertTrue(all.next().toString().startsWith("CONNACK 00"));
            published(ann, "own/ann", "00");
            published(ann, "own/bob", "87");
            subscribed(ann, "own/+", "87");
            subscribed(ann, "own/ann", "00");
            published(all, "own/bob", "00");
            published(all, "$SYS/a", "00");
            subscribed(all, "#", "00");
        }
    }
}
