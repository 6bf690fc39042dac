package io.lacewing.node.clients;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Clients of tests that log in by user name and password. */
final class Login {
    private static final long PATIENCE_NANOS = 30_000_000_000L;

    private Login() {}

    private static String field(byte[] bytes) {
        return String.format("%04x", bytes.length) + Bytes.hex(bytes);
    }

    /** A client whose CONNECT has been sent. */
    static PacketClient connecting(
            BrokerFixture to, boolean v5, String id, @Nullable String user, byte @Nullable [] password)
            throws Exception {
        int flags = 0x02 | (user == null ? 0 : 0x80) | (password == null ? 0 : 0x40);
        String tail = (user == null ? "" : field(user.getBytes(StandardCharsets.UTF_8)))
                + (password == null ? "" : field(password));
        return PacketClient.at(to.tcp(), v5).connect(id, flags, 60, "", tail);
    }

    /** As MQTT 5, with a password that is text. */
    static PacketClient connecting(BrokerFixture to, String id, @Nullable String user, @Nullable String password)
            throws Exception {
        return connecting(to, true, id, user, password == null ? null : password.getBytes(StandardCharsets.UTF_8));
    }

    /** The reason code of a CONNACK; the client is served, or its connection closed, as the code says. */
    static String code(PacketClient client) throws Exception {
        String code = client.next().toString().split(" ", 3)[1];
        if (code.equals("00")) {
            client.ping();
        } else {
            client.expectClosed();
        }
        return code;
    }

    /** Connects as {@code c} by MQTT 5; the reason code of the CONNACK. */
    static String code(BrokerFixture to, @Nullable String user, @Nullable String password) throws Exception {
        try (PacketClient client = connecting(to, "c", user, password)) {
            return code(client);
        }
    }

    /** Connects until the CONNACK says this. */
    static void await(BrokerFixture to, String code, String user, String password) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        String last = code(to, user, password);
        while (!last.equals(code) && System.nanoTime() < deadline) {
            last = code(to, user, password);
        }
        if (!last.equals(code)) {
            throw new AssertionError("CONNACK " + last + " instead of " + code);
        }
    }

    /** A metric of the broker; {@code name} with its labels. */
    static double metric(BrokerFixture of, String name) throws Exception {
        try (HttpClient client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()) {
            URI uri = URI.create("http://127.0.0.1:" + of.http() + "/metrics");
            String all = client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
            int at = all.indexOf(name + " ");
            if (at < 0) {
                throw new AssertionError("no " + name);
            }
            return Double.parseDouble(all.substring(at + name.length())
                    .strip()
                    .lines()
                    .findFirst()
                    .orElseThrow());
        }
    }
}
