package io.lacewing.node.clients;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.Passwords;
import io.lacewing.node.StartException;
import io.lacewing.node.mqtt.Bytes;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files of passwords and rules that are empty, broken or gone let nobody in and allow nothing, at a start and later. */
class BrokenFilesTest {
    private static final long PATIENCE_NANOS = 60_000_000_000L;
    private static final byte[][] BROKEN = {
        {}, {'\n'}, {0}, {(byte) 0xFF, (byte) 0xFE}, "- [".getBytes(StandardCharsets.US_ASCII), new byte[100_000]
    };

    @TempDir
    private Path dir = Path.of("");

    private static String text(String value) {
        return String.format("%04x", value.length()) + Bytes.hex(value.getBytes(StandardCharsets.US_ASCII));
    }

    private static String login(BrokerFixture broker, String user, String password) throws Exception {
        try (PacketClient client = PacketClient.v5(broker)) {
            return client.connect("c", 0xC2, 60, "", text(user) + text(password))
                    .next()
                    .toString()
                    .substring(8, 10);
        }
    }

    private static void await(BrokerFixture broker, String line) throws Exception {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        while (PasswordTest.metrics(broker).lines().noneMatch(line::equals)) {
            assertTrue(System.nanoTime() < deadline, () -> line + " is not among the metrics");
        }
    }

    @Test
    void rulesAtTheStart() throws Exception {
        Path rules = dir.resolve("rules");
        for (byte[] broken : BROKEN) {
            Files.write(rules, broken);
            assertThrows(StartException.class, () -> BrokerFixture.start("auth.aclFile=" + rules));
        }
        Files.delete(rules);
        assertThrows(StartException.class, () -> BrokerFixture.start("auth.aclFile=" + rules));
        Files.writeString(rules, "rules: []\n");
        try (BrokerFixture broker = BrokerFixture.start("auth.aclFile=" + rules);
                PacketClient client = PacketClient.clean(broker, "c")) {
            client.publish(0x32, "a", 1, "", "").expect("PUBACK #1 87");
            client.sendSubscribe("#", 0, "");
            client.expect("SUBACK #1 87");
        }
    }

    @Test
    void rulesThatChange() throws Exception {
        Path rules = Files.writeString(dir.resolve("rules"), "rules: [{allow: all, topics: a}]\n");
        try (BrokerFixture broker = BrokerFixture.start("auth.aclFile=" + rules);
                PacketClient client = PacketClient.clean(broker, "c")) {
            int rejected = 0;
            for (int kind : new int[] {0, 3, 4}) {
                Files.write(rules, BROKEN[kind]);
                rejected++;
                await(broker, "lacewing_acl_rejected_total " + rejected + ".0");
                client.publish(0x32, "a", 1, "", "").expect("PUBACK #1 10");
                client.publish(0x32, "b", 2, "", "").expect("PUBACK #2 87");
            }
        }
    }

    @Test
    void passwordsAtTheStart() throws Exception {
        Path passwords = dir.resolve("passwords");
        for (byte[] broken : BROKEN) {
            Files.write(passwords, broken);
            if (new String(broken, StandardCharsets.ISO_8859_1).isBlank()) {
                try (BrokerFixture broker = BrokerFixture.start("auth.passwordFile=" + passwords)) {
                    assertEquals("86", login(broker, "ann", ""));
                    assertEquals("86", login(broker, "", ""));
                }
            } else {
                assertThrows(StartException.class, () -> BrokerFixture.start("auth.passwordFile=" + passwords));
            }
        }
    }

    @Test
    void passwordsThatChange() throws Exception {
        Path passwords = dir.resolve("passwords");
        Passwords.put(
                passwords,
                "ann",
                "right".getBytes(StandardCharsets.US_ASCII),
                "--scram",
                "SHA-256",
                "--iterations",
                "4096");
        try (BrokerFixture broker = BrokerFixture.start("auth.passwordFile=" + passwords)) {
            assertEquals("00", login(broker, "ann", "right"));
            Passwords.spoil(passwords);
            await(broker, "lacewing_passwords_rejected_total 1.0");
            assertEquals("00", login(broker, "ann", "right"));
            assertEquals("86", login(broker, "eve", "secret"));
            // Without users nobody is let in who gives a name.
            Files.writeString(passwords, "");
            await(broker, "lacewing_passwords_users 0.0");
            assertEquals("86", login(broker, "ann", "right"));
            assertEquals("86", login(broker, "nobody", ""));
        }
    }
}
