package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.Passwords;
import io.lacewing.node.clients.PacketClient;
import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients of two tenants at two nodes. */
class TenantClusterTest {
    private static final byte[] PASSWORD = "secret".getBytes(StandardCharsets.UTF_8);

    @TempDir
    private Path dir = Path.of("");

    private static String field(byte[] bytes) {
        return String.format("%04x", bytes.length) + Bytes.hex(bytes);
    }

    /** A client of MQTT 5 with the client id {@code c}; its session is kept with {@code kept}. */
    private static PacketClient client(int port, String tenant, String id, boolean kept, String code) throws Exception {
        String tail = field((tenant + "/ann").getBytes(StandardCharsets.UTF_8)) + field(PASSWORD);
        PacketClient client =
                PacketClient.at(port, true).connect(id, kept ? 0xC0 : 0xC2, 60, kept ? PacketClient.KEPT : "", tail);
        String answer = client.next().toString();
        assertTrue(answer.startsWith("CONNACK " + code), answer);
        return client;
    }

    @Test
    void tenantsAreKeptApartOverTheCluster() throws Exception {
        Path users = dir.resolve("users");
        Passwords.put(users, "acme/ann", PASSWORD);
        Passwords.put(users, "globex/ann", PASSWORD);
        List<String> settings = List.of("auth.passwordFile=" + users, "tenants.from=username-prefix");
        try (NodeProcesses nodes = new NodeProcesses(dir, 2, index -> settings)) {
            int near = nodes.port(0);
            int far = nodes.port(1);
            for (String tenant : List.of("acme", "globex")) {
                client(far, tenant, "kept", true, "00").subscribe("t/#", 1).disconnect();
            }
            try (PacketClient a = client(far, "acme", "c", false, "00");
                    PacketClient b = client(far, "globex", "c", false, "00");
                    PacketClient sender = client(near, "acme", "sender", false, "00")) {
                a.subscribe("#", 1).subscribe("$share/g/t/#", 0);
                b.subscribe("#", 1).subscribe("$share/g/t/#", 0);
                sender.publish(0x33, "t/1", 9, "", "acme").expect("PUBACK #9 00");
                a.takeAll("PUBLISH t/1 'acme' q1", "PUBLISH t/1 'acme' q0");
                b.publish("end", "").expect("PUBLISH end '' q0");
                // The other node's client id is the same session, in the same tenant only.
                client(near, "acme", "c", false, "00").close();
                a.expectDisconnect("8e");
                b.ping();
            }
            try (PacketClient acme = client(near, "acme", "kept", true, "present 00");
                    PacketClient globex = client(near, "globex", "kept", true, "present 00")) {
                acme.take("PUBLISH t/1 'acme' q1");
                globex.subscribe("#", 0).ping();
                acme.subscribe("#", 0).take("PUBLISH t/1 'acme' q0 retain");
            }
            assertEquals(List.of(), nodes.complaints());
        }
    }
}
