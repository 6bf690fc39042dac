package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.NoComplaints;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.NoLeaks;
import io.lacewing.node.mqtt.ProxyHeaders;
import io.lacewing.node.mqtt.RawClient;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** Clients that are let in and make as much work as they can; the others are served meanwhile. */
@ExtendWith({NoLeaks.class, NoComplaints.class})
class FloodTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;

    /** Expires in 136 years, if the broker lets it. */
    private static final String FOREVER = "11 fffffffe";

    private static String text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return String.format("%04x", utf8.length) + Bytes.hex(utf8);
    }

    private static double metric(BrokerFixture broker, String name) throws Exception {
        return PasswordTest.metrics(broker)
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElseThrow();
    }

    private interface Check {
        boolean holds() throws Exception;
    }

    private static void await(String what, Check check) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!check.holds()) {
            assertTrue(System.nanoTime() < deadline, what);
        }
    }

    /** Thousands of filters that cover nothing of very many retained messages: each takes a search through all of them. */
    @Test
    void searchesThroughRetainedMessages() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start()) {
            retain(broker, 20_000);
            try (Bystander bystander = new Bystander(broker);
                    PacketClient clean = PacketClient.clean(broker, "clean");
                    PacketClient kept = PacketClient.kept(broker, "kept")) {
                for (PacketClient attacker : List.of(clean, kept)) {
                    String filters = IntStream.range(0, 1_000)
                            .mapToObj(i -> text("+/+/+/x" + i) + "01")
                            .collect(Collectors.joining());
                    attacker.send(0x82, "0001 00" + filters);
                    assertTrue(attacker.next().toString().startsWith("SUBACK #1 01 01"));
                }
                bystander.rounds(30).expectServed();
            }
            // The broker has given up on those who are gone, and works for others.
            try (PacketClient client = PacketClient.clean(broker, "c")) {
                client.subscribe("r/1/2/y7", 0).expect("PUBLISH r/1/2/y7 'm' q0 retain");
            }
        }
    }

    private static void retain(BrokerFixture broker, int messages) throws Exception {
        try (PacketClient publisher = PacketClient.clean(broker, "publisher")) {
            for (int i = 0; i < messages; i += 500) {
                ByteArrayOutputStream all = new ByteArrayOutputStream();
                for (int j = i; j < i + 500; j++) {
                    all.writeBytes(
                            Bytes.packet(0x33, text("r/1/2/y" + j) + String.format("%04x", 1 + j - i) + "00 'm'"));
                }
                publisher.send(all.toByteArray());
                for (int j = 0; j < 500; j++) {
                    assertTrue(publisher.next().toString().startsWith("PUBACK"));
                }
            }
        }
    }

    /** What so many CONNECTs with wrong passwords are told, 500 at a time. */
    private static Map<String, Integer> guess(BrokerFixture broker, int guesses, byte[] ahead) throws Exception {
        Map<String, Integer> answers = new TreeMap<>();
        for (int done = 0; done < guesses; done += 500) {
            List<PacketClient> batch = new ArrayList<>();
            try {
                for (int i = 0; i < 500; i++) {
                    PacketClient client = PacketClient.v5(broker);
                    batch.add(client);
                    String tail = text("ann") + text("wrong" + i);
                    byte[] connect = Bytes.packet(0x10, "0004'MQTT' 05 c2 003c 00" + text("guess" + i) + tail);
                    client.send(Bytes.join(ahead, connect));
                }
                for (PacketClient client : batch) {
                    answers.merge(answer(client), 1, Integer::sum);
                }
            } finally {
                batch.forEach(PacketClient::close);
            }
        }
        return answers;
    }

    /** The code of a CONNACK; "closed" if there is none. */
    private static String answer(PacketClient client) throws IOException {
        try {
            return client.next().toString().split(" ", 3)[1];
        } catch (EOFException | SocketException closed) {
            return "closed";
        }
    }

    private static Path passwords(Path dir) {
        Path file = dir.resolve("passwords");
        Passwords.put(
                file, "ann", "right".getBytes(StandardCharsets.UTF_8), "--scram", "SHA-256", "--iterations", "4096");
        return file;
    }

    private static void expectRightPassword(BrokerFixture broker, byte[] ahead) throws Exception {
        try (PacketClient ann = PacketClient.v5(broker)) {
            ann.send(ahead)
                    .connect("ann", 0xC2, 60, "", text("ann") + text("right"))
                    .expect("CONNACK 00" + PacketClient.ANSWER);
        }
    }

    /** From an address that is never banned: each is checked, others are served, and the file of events stays short. */
    @Test
    void wrongPasswordsFromAnAddressThatIsExcepted(@TempDir Path dir) throws Exception {
        Path log = dir.resolve("audit.log");
        long start = System.nanoTime();
        try (BrokerFixture broker = BrokerFixture.start(
                        "auth.passwordFile=" + passwords(dir),
                        "audit.file=" + log,
                        "audit.perSecond=10",
                        "audit.events=[refusal]");
                Bystander bystander = new Bystander(broker)) {
            assertEquals(Map.of("86", 1_000), guess(broker, 1_000, new byte[0]));
            expectRightPassword(broker, new byte[0]);
            bystander.expectServed();
            assertEquals(0, metric(broker, "lacewing_passwords_waiting"));
            await("events are left out", () -> metric(broker, "lacewing_audit_dropped_total{cause=\"rate\"}") > 100);
        }
        long seconds = (System.nanoTime() - start) / 1_000_000_000L + 2;
        int lines = Files.readAllLines(log).size();
        assertTrue(lines <= 10 * seconds, () -> lines + " lines in " + seconds + " s");
    }

    /** From elsewhere: after some no more are checked. The user can log in from another address all the while. */
    @Test
    void wrongPasswordsFromElsewhere(@TempDir Path dir) throws Exception {
        byte[] attacker = ProxyHeaders.v1("192.0.2.7", 5_000);
        byte[] home = ProxyHeaders.v1("198.51.100.1", 5_000);
        try (BrokerFixture broker = BrokerFixture.start(
                "auth.passwordFile=" + passwords(dir),
                "listeners.0.proxyProtocol.trusted=[127.0.0.1]",
                "bans.guessing.failures=50")) {
            Map<String, Integer> first = guess(broker, 500, attacker);
            assertTrue(Objects.requireNonNull(first.get("86")) > 50, first::toString);
            await("the address is banned", () -> !guess(broker, 500, attacker).containsKey("86"));
            double checked = checked(broker);
            Map<String, Integer> later = guess(broker, 1_000, attacker);
            assertTrue(Set.of("8a", "closed").containsAll(later.keySet()), later::toString);
            assertEquals(checked, checked(broker));
            expectRightPassword(broker, home);
        }
    }

    private static double checked(BrokerFixture broker) throws Exception {
        return metric(broker, "lacewing_authentications_total{mechanism=\"password-file\",result=\"denied\"}");
    }

    /**
     * Filters that have as many levels as may be and fit up to the last, so that each message to such a topic meets them all.
     * One client has no more than it may, whatever it tries.
     */
    @Test
    void deepFilters() throws Exception {
        int clients = 5;
        try (BrokerFixture broker = BrokerFixture.start();
                Bystander bystander = new Bystander(broker)) {
            List<PacketClient> attackers = new ArrayList<>();
            try {
                for (int i = 0; i < clients; i++) {
                    PacketClient attacker = PacketClient.clean(broker, "deep" + i);
                    attackers.add(attacker);
                    for (int j = 0; j < 10; j++) {
                        String filters = IntStream.range(500 * j, 500 * (j + 1))
                                .mapToObj(number -> text(deep(number)) + "00")
                                .collect(Collectors.joining());
                        attacker.send(0x82, String.format("%04x00", j + 1) + filters);
                        String all = (j < 2 ? " 00" : " 97").repeat(500);
                        attacker.expect("SUBACK #" + (j + 1) + all);
                    }
                }
                String topic = "a" + "/a".repeat(127);
                for (int i = 0; i < 20; i++) {
                    attackers.get(i % clients).publish(0x32, topic, 1, "", "m").expect("PUBACK #1 10");
                }
                bystander.expectServed();
            } finally {
                attackers.forEach(PacketClient::close);
            }
        }
    }

    /** 127 levels of which the first ones are {@code +} or {@code a}, and a last one that is no {@code a}. */
    private static String deep(int number) {
        return IntStream.range(0, 127)
                .mapToObj(level -> ((number * 31) >> (level % 24)) % 2 == 0 ? "+" : "a")
                .collect(Collectors.joining("/", "", "/x" + number));
    }

    /** All have a will, and go at once. */
    @Test
    void wills() throws Exception {
        int clients = 2_000;
        try (BrokerFixture broker = BrokerFixture.start();
                PacketClient watcher = PacketClient.clean(broker, "watcher").subscribe("will/#", 1);
                Bystander bystander = new Bystander(broker)) {
            List<PacketClient> dying = new ArrayList<>();
            for (int i = 0; i < clients; i++) {
                dying.add(PacketClient.v5(broker)
                        .connect("w" + i, 0x0E, 60, "", PacketClient.will("", "will/" + i, "gone")));
            }
            for (PacketClient each : dying) {
                each.expect("CONNACK 00" + PacketClient.ANSWER);
            }
            dying.forEach(PacketClient::close);
            Set<String> told = new HashSet<>();
            while (told.size() < clients) {
                Received will = watcher.next();
                watcher.ack(0x40, will.packetId());
                assertTrue(told.add(will.withoutId()), will::toString);
            }
            bystander.expectServed();
        }
    }

    /** Sessions that are to stay for ever: they are told when they end, and a node has room for so many. */
    @Test
    void sessions() throws Exception {
        try (BrokerFixture broker =
                        BrokerFixture.start("limits.maxQueuedBytesPerNode=1MiB", "limits.maxSessionExpiry=1h");
                Bystander bystander = new Bystander(broker)) {
            int taken = 0;
            String answer = "";
            while (taken < 20_000) {
                try (PacketClient client = PacketClient.v5(broker)) {
                    answer = client.connect("session" + taken + "x".repeat(200), false, FOREVER)
                            .next()
                            .toString();
                }
                if (!answer.startsWith("CONNACK 00")) {
                    break;
                }
                assertTrue(answer.contains("1100000e10"), answer);
                taken++;
            }
            assertEquals("CONNACK 97", answer.substring(0, 10), taken + " sessions");
            bystander.expectServed();
        }
    }

    /** Nothing is left of connections that come and go: with CONNECT, with half of it, with nothing. */
    @Test
    void comingAndGoing() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.connectTimeout=2m");
                Bystander bystander = new Bystander(broker)) {
            double before = metric(broker, "lacewing_connections");
            byte[] connect = Bytes.of(RawClient.CONNECT_V5);
            for (int i = 0; i < 3_000; i++) {
                try (RawClient client = broker.raw()) {
                    client.send(Arrays.copyOf(connect, i % (connect.length + 1)));
                }
            }
            await("connections are left", () -> metric(broker, "lacewing_connections") == before);
            await("some are pending", () -> metric(broker, "lacewing_connections_pending") == 0);
            // Those that were closed before they were taken have not been counted.
            assertTrue(metric(broker, "lacewing_connections_closed_total") >= 100);
            bystander.expectServed();
        }
    }

    /** Two clients with one id throw each other out as fast as they can. */
    @Test
    void takeovers() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start();
                Bystander bystander = new Bystander(broker)) {
            double before = metric(broker, "lacewing_connections");
            PacketClient last = PacketClient.clean(broker, "same");
            for (int i = 0; i < 500; i++) {
                PacketClient next = i % 2 == 0
                        ? PacketClient.v5(broker).connect("same", false, PacketClient.KEPT)
                        : PacketClient.v5(broker).connect("same", true, "");
                assertTrue(next.next().toString().startsWith("CONNACK "));
                last.expectDisconnect("8e");
                last.close();
                last = next;
            }
            await("connections are left", () -> metric(broker, "lacewing_connections") == before + 1);
            last.ping().close();
            bystander.expectServed();
        }
    }

    /** What a packet promises takes nothing until it comes; and what is more than there may be is refused at its header. */
    @Test
    void promises() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("overload.maxBufferedBytes=64MiB");
                Bystander bystander = new Bystander(broker)) {
            List<RawClient> promising = new ArrayList<>();
            try {
                for (int i = 0; i < 1_000; i++) {
                    promising.add(broker.raw().send("10 f0ff3f 0004'MQTT' 05"));
                }
                await("they are pending", () -> metric(broker, "lacewing_connections_pending") == 1_000);
                // A thousand times one MiB would be sixteen times what there is.
                assertTrue(metric(broker, "lacewing_overload_fill_ratio{resource=\"buffers\"}") < 0.1);
                try (RawClient most = broker.raw().send("10 ffffff7f 0004'MQTT' 05")) {
                    assertEquals((byte) 0x95, most.readPacket()[3]);
                    most.expectEnd();
                }
                bystander.expectServed();
            } finally {
                for (RawClient each : promising) {
                    each.close();
                }
            }
        }
    }

    /** Each field of a CONNECT as long as it can be. */
    @Test
    void giantConnects(@TempDir Path dir) throws Exception {
        String most = "x".repeat(65_535);
        try (BrokerFixture broker = BrokerFixture.start("auth.passwordFile=" + passwords(dir))) {
            for (String id : List.of(most, "c")) {
                try (PacketClient client = PacketClient.v5(broker)) {
                    String will = PacketClient.will("", "t", "").substring(0, 2) + text(most) + text(most);
                    client.connect(id, 0xC6, 60, "", will + text(most) + text(most));
                    assertEquals(
                            id.equals("c") ? "CONNACK 86" : "CONNACK 85",
                            client.next().toString().substring(0, 10));
                    client.expectClosed();
                }
            }
            expectRightPassword(broker, new byte[0]);
        }
    }

    /** Topics as long as they can be are served; with more levels than may be they are not. */
    @Test
    void giantTopics() throws Exception {
        String most = "t".repeat(65_535);
        String levels = "a" + "/a".repeat(10_000);
        try (BrokerFixture broker = BrokerFixture.start();
                PacketClient client = PacketClient.clean(broker, "c")) {
            client.subscribe(most, 0).publish(most, "x").expect("PUBLISH " + most + " 'x' q0");
            for (String filter : List.of(levels, "+/".repeat(10_000) + "#")) {
                int id = client.sendSubscribe(filter, 0, "");
                client.expect("SUBACK #" + id + " 8f");
            }
            client.publish(levels, "x").expectDisconnect("90");
        }
    }
}
