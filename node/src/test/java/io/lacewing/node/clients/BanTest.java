package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.mqtt.Bytes;
import io.lacewing.node.mqtt.RawClient;
import java.io.EOFException;
import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who is banned is kept out and sent away, and nobody sees or changes the list as a client. */
class BanTest {
    private static final String CLOSED = "closed";
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path dir;

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        Path file = dir.resolve("passwords");
        Passwords.put(file, "ann", "secret".getBytes(StandardCharsets.UTF_8));
        broker = BrokerFixture.start(
                "auth.passwordFile=" + file,
                "auth.anonymous=allow",
                "listeners.0.host=0.0.0.0",
                "bans.guessing.failures=3",
                "bans.flapping.connects=5");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    private static String text(String value) {
        byte[] utf8 = value.getBytes(StandardCharsets.UTF_8);
        return String.format("%04x", utf8.length) + Bytes.hex(utf8);
    }

    /** What a CONNECT of a user with this password is answered. */
    private static String connect(PacketClient client, String id, String user, String password) throws IOException {
        try (client) {
            client.connect(id, 0xC2, 60, "", text(user) + text(password));
            return client.next().toString().split(" ", 3)[1];
        }
    }

    private static String connect(PacketClient client, String id) throws IOException {
        try (client) {
            return client.connect(id, true, "").next().toString().split(" ", 3)[1];
        }
    }

    @Test
    void aClientIdIsKeptOutUntilTheBanIsLifted() throws Exception {
        PacketClient open = PacketClient.clean(broker, "kept-out");
        assertTrue(broker.command("ban", "client-id", "kept-out", "--for", "1h", "--reason", "loud")
                .startsWith("banned: client-id 'kept-out', until "));
        open.expectDisconnect("98");
        assertEquals("8a", connect(PacketClient.v5(broker), "kept-out"));
        assertEquals("05", connect(PacketClient.v3(broker), "kept-out"));
        assertEquals("00", connect(PacketClient.v5(broker), "kept-out2"));
        String list = broker.command("bans");
        assertTrue(list.contains("client-id 'kept-out', until ") && list.contains(": 'loud'"), list);
        assertEquals("no longer banned: client-id 'kept-out'", broker.command("unban", "client-id", "kept-out"));
        assertEquals("00", connect(PacketClient.v5(broker), "kept-out"));
        assertTrue(
                broker.command("unban", "client-id", "kept-out").contains("there is no ban of client-id 'kept-out'"));
    }

    @Test
    void aBanEndsByItself() throws Exception {
        broker.command("ban", "client-id", "short", "--for", "1s");
        assertEquals("8a", connect(PacketClient.v5(broker), "short"));
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String answer = "8a";
        while (!answer.equals("00")) {
            assertTrue(System.nanoTime() < deadline, "still banned");
            answer = connect(PacketClient.v5(broker), "short");
        }
    }

    @Test
    void aUserIsKeptOutBeforeItsPasswordIsLookedAt() throws Exception {
        broker.command("ban", "user", "ann");
        assertEquals("8a", connect(PacketClient.v5(broker), "c", "ann", "secret"));
        assertEquals("8a", connect(PacketClient.v5(broker), "c", "ann", "wrong"));
        broker.command("unban", "user", "ann");
        assertEquals("00", connect(PacketClient.v5(broker), "c", "ann", "secret"));
    }

    @Test
    void aRangeOfAddressesIsKeptOut() throws Exception {
        InetAddress elsewhere = elsewhere();
        assumeTrue(elsewhere != null, "this machine has no address but loopback");
        String range = elsewhere.getHostAddress() + "/32";
        assertEquals("00", from(elsewhere, "ranged"));
        broker.command("ban", "address", range);
        assertEquals(CLOSED, from(elsewhere, "ranged"));
        assertEquals("00", connect(PacketClient.v5(broker), "ranged"));
        broker.command("unban", "address", range);
        assertEquals("00", from(elsewhere, "ranged"));
    }

    @Test
    void whatIsNoBanIsRefused() {
        assertTrue(broker.command("ban", "address", "10.0.0.1/8").contains("has bits set beyond its first 8"));
        assertTrue(broker.command("ban", "host", "x").contains("the kind must be client-id, user or address"));
        assertTrue(broker.command("ban", "user", "x", "--for", "soon").contains("--for: must be a duration"));
    }

    @Test
    void whoGuessesIsBannedByAddressAndNotByName() throws Exception {
        InetAddress elsewhere = elsewhere();
        assumeTrue(elsewhere != null, "this machine has no address but loopback");
        PacketClient open = open(elsewhere, "neighbour");
        String answer = "";
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (!answer.equals(CLOSED)) {
            assertTrue(System.nanoTime() < deadline, "not banned yet");
            answer = guess(elsewhere);
        }
        assertEquals(CLOSED, from(elsewhere, "other"));
        // Who was connected from there, and the user from elsewhere, are not touched.
        open.ping().close();
        assertEquals("00", connect(PacketClient.v5(broker), "c", "ann", "secret"));
        assertTrue(broker.command("bans").contains("address " + "'" + elsewhere.getHostAddress() + "', until "));
        broker.command("unban", "address", elsewhere.getHostAddress());
    }

    @Test
    void loopbackIsNeverBannedForGuessingNorForConnecting() throws Exception {
        for (int i = 0; i < 8; i++) {
            assertEquals("86", connect(PacketClient.v5(broker), "c", "ann", "wrong"));
        }
        for (int i = 0; i < 10; i++) {
            assertEquals("00", connect(PacketClient.v5(broker), "again"));
        }
        assertTrue(!broker.command("bans").contains("guessing"));
    }

    @Test
    void whoConnectsAgainAndAgainIsBannedByClientId() throws Exception {
        InetAddress elsewhere = elsewhere();
        assumeTrue(elsewhere != null, "this machine has no address but loopback");
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String answer = "";
        while (!answer.equals("8a")) {
            assertTrue(System.nanoTime() < deadline, "not banned yet");
            answer = from(elsewhere, "flapping");
        }
        assertEquals("8a", connect(PacketClient.v5(broker), "flapping"));
        assertEquals("00", from(elsewhere, "calm"));
        broker.command("unban", "client-id", "flapping");
    }

    /** Rows of the broker's own are kept like retained messages, but are none. */
    @Test
    void noClientSeesOrWritesTheList() throws Exception {
        broker.command("ban", "client-id", "secret-victim");
        try (PacketClient spy = PacketClient.clean(broker, "spy");
                PacketClient old = PacketClient.kept(broker, "old-spy")) {
            for (PacketClient each : new PacketClient[] {spy, old}) {
                for (String filter : new String[] {"$lacewing/#", "$lacewing/bans/+/+", "$share/g/$lacewing/#"}) {
                    int id = each.sendSubscribe(filter, 0, "");
                    each.expect("SUBACK #" + id + " 87");
                }
                each.subscribe("#", 0).subscribe("+/bans/#", 0).ping();
            }
            String victim = "$lacewing/bans/client-id/" + "0".repeat(64);
            spy.publish(0x33, victim, 100, "", "{}").expect("PUBACK #100 87");
            spy.publish(0x31, victim, 0, "", "{}").ping();
        }
        try (PacketClient mortal = PacketClient.v5(broker)) {
            mortal.connect("mortal", 0x26, 60, "", PacketClient.will("", "$lacewing/bans/x", "{}"))
                    .expect("CONNACK 87");
        }
        assertEquals("nobody is banned", without(broker.command("bans"), "secret-victim"));
        broker.command("unban", "client-id", "secret-victim");
    }

    private static String without(String lines, String part) {
        String rest = String.join(
                "\n", lines.lines().filter(line -> !line.contains(part)).toList());
        return rest.isEmpty() ? "nobody is banned" : rest;
    }

    /** The answer to a CONNECT, or that the connection was closed at accept, as for a banned address. */
    private static String from(InetAddress address, String id) throws IOException {
        try {
            return connect(over(address), id);
        } catch (SocketException | EOFException closed) {
            return CLOSED;
        }
    }

    private static String guess(InetAddress address) throws IOException {
        try {
            return connect(over(address), "guesser", "ann", "wrong");
        } catch (SocketException | EOFException closed) {
            return CLOSED;
        }
    }

    private static PacketClient open(InetAddress address, String id) throws IOException {
        return over(address).connect(id, true, "").expect("CONNACK 00" + PacketClient.ANSWER);
    }

    private static PacketClient over(InetAddress address) throws IOException {
        return PacketClient.over(new RawClient(new Socket(address, broker.tcp())));
    }

    private static @Nullable InetAddress elsewhere() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
    }
}
