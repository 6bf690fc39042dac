package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigLoaderTest {
    @TempDir
    private Path dir = Path.of("");

    @Test
    void withoutAnySourceTheDefaultsHold() {
        NodeConfig config = load("", Map.of());
        assertNull(config.node().id());
        assertEquals(
                List.of(
                        new ListenerConfig("tcp", ListenerType.TCP, "0.0.0.0", 1883, "", null, EntranceConfig.OPEN),
                        new ListenerConfig("ws", ListenerType.WS, "0.0.0.0", 8083, "/mqtt", null, EntranceConfig.OPEN)),
                config.listeners());
        assertFalse(config.cluster().enabled());
        assertEquals(
                new HttpConfig(true, "0.0.0.0", 8080, HttpAccess.OPEN, HttpAccess.LOOPBACK, null, null),
                config.monitoring().http());
        assertEquals(1 << 20, config.limits().packets().maxPacketSize());
        assertEquals(Duration.ofDays(7), config.limits().sessions().maxExpiry());
        assertEquals(
                new PersistenceConfig(
                        Path.of("./data"),
                        new JournalConfig(Durability.DISK, Fsync.INTERVAL, Duration.ofMillis(100), 10L << 30),
                        new CopiesConfig(2, OptionalInt.empty())),
                config.persistence());
        assertEquals(
                new NetsplitConfig(Netsplit.PAUSE, Duration.ofSeconds(2), Duration.ofSeconds(1), Duration.ofSeconds(5)),
                config.cluster().netsplit());
    }

    @Test
    void aSecondListenerOfATypeIsNamedByItsNumber() {
        NodeConfig config = load("listeners: [{}, {port: 1884}, {type: ws}]", Map.of());
        assertEquals(
                List.of("tcp", "tcp-1", "ws"),
                config.listeners().stream().map(ListenerConfig::name).toList());
    }

    @Test
    void theFileSetsEveryKindOfValue() {
        NodeConfig config = load("""
            node: {id: a-1, eventLoops: 2}
            listeners:
              - port: 1884
              - name: web
                type: ws
                host: 127.0.0.1
                port: 0
                path: /x/mqtt
            cluster:
              enabled: true
              discovery:
                type: static
                members: ["10.0.0.1:5701", b:5702]
            limits:
              maxPacketSize: 64KiB
              connectTimeout: 500ms
            persistence:
              durability: memory
              minCopies: 2
            mqtt:
            # nothing set here
            """, Map.of());
        assertEquals(new IdentityConfig("a-1", 2), config.node());
        assertEquals(
                List.of(
                        new ListenerConfig("tcp", ListenerType.TCP, "0.0.0.0", 1884, "", null, EntranceConfig.OPEN),
                        new ListenerConfig(
                                "web", ListenerType.WS, "127.0.0.1", 0, "/x/mqtt", null, EntranceConfig.OPEN)),
                config.listeners());
        assertEquals(
                new DiscoveryConfig(DiscoveryType.STATIC, List.of("10.0.0.1:5701", "b:5702"), null),
                config.cluster().discovery());
        assertEquals(Durability.MEMORY, config.persistence().journal().durability());
        assertEquals(OptionalInt.of(2), config.persistence().copies().minCopies());
        assertEquals(65_536, config.limits().packets().maxPacketSize());
        assertEquals(Duration.ofMillis(500), config.limits().connections().connectTimeout());
    }

    @Test
    void setIsStrongerThanEnvironmentAndThatStrongerThanFile() {
        String file = "limits: {maxInflight: 1, maxQueuedMessages: 1, receiveMaximum: 1}";
        Map<String, String> environment =
                Map.of("LACEWING_LIMITS_MAX_INFLIGHT", "2", "LACEWING_LIMITS_MAX_QUEUED_MESSAGES", "2");
        NodeConfig config = load(file, environment, "limits.maxInflight=9", "limits.maxInflight=3");
        assertEquals(3, config.limits().sessions().maxInflight());
        assertEquals(2, config.limits().sessions().maxQueuedMessages());
        assertEquals(1, config.limits().packets().receiveMaximum());
    }

    @Test
    void elementsOfAListAreSetByIndexAndTheNextIndexAddsOne() {
        NodeConfig config = load(
                "",
                Map.of("LACEWING_LISTENERS_1_PATH", "/ws", "LACEWING_CLUSTER_DISCOVERY_MEMBERS_0", "a:1"),
                "listeners.0.port=1900",
                "listeners.2.port=1901",
                "listeners.2.name=second",
                "cluster.discovery.members.1=b:2");
        assertEquals(1900, config.listeners().get(0).port());
        assertEquals("/ws", config.listeners().get(1).path());
        assertEquals(
                new ListenerConfig("second", ListenerType.TCP, "0.0.0.0", 1901, "", null, EntranceConfig.OPEN),
                config.listeners().get(2));
        assertEquals(List.of("a:1", "b:2"), config.cluster().discovery().members());
    }

    @Test
    void aWholeListOrSectionIsSetAsYaml() {
        NodeConfig config = load(
                "listeners: [{port: 1}, {type: ws, port: 2}]",
                Map.of("LACEWING_CLUSTER_DISCOVERY_MEMBERS", "[a:1, b:2]"),
                "listeners=[{port: 5, host: localhost}]",
                "http={enabled: false, port: 7}");
        assertEquals(
                List.of(new ListenerConfig("tcp", ListenerType.TCP, "localhost", 5, "", null, EntranceConfig.OPEN)),
                config.listeners());
        assertEquals(List.of("a:1", "b:2"), config.cluster().discovery().members());
        assertEquals(
                new HttpConfig(false, "0.0.0.0", 7, HttpAccess.OPEN, HttpAccess.LOOPBACK, null, null),
                config.monitoring().http());
    }

    @Test
    void anElementWithoutSettingsHasAllDefaults() {
        assertEquals(
                1883, load("listeners: [{}]", Map.of()).listeners().getFirst().port());
    }

    @Test
    void variablesOfKubernetesAndOfTheLauncherAreLetThrough() {
        Map<String, String> environment = Map.of(
                "LACEWING_SERVICE_HOST", "10.0.0.1",
                "LACEWING_SERVICE_PORT_MQTT", "1883",
                "LACEWING_PORT", "tcp://10.0.0.1:1883",
                "LACEWING_PORT_1883_TCP_ADDR", "10.0.0.1",
                "LACEWING_HEADLESS_SERVICE_PORT", "1883",
                "LACEWING_JAVA_OPTS", "-Xmx1g",
                "PATH", "/bin");
        assertEquals(1883, load("", environment).listeners().getFirst().port());
    }

    @Test
    void portZeroMayOccurTwice() {
        NodeConfig config = load("", Map.of(), "listeners.0.port=0", "listeners.1.port=0", "http.port=0");
        assertEquals(0, config.monitoring().http().port());
    }

    @Test
    void everyKeyHasADefaultThatItsTypeTakes() {
        for (Key<?> key : Schema.KEYS) {
            String fallback = key.fallback();
            assertTrue(fallback == null || key.type().parse(fallback) != null, key.name());
        }
    }

    private NodeConfig load(String yaml, Map<String, String> environment, String... sets) {
        try {
            Path file = Files.writeString(dir.resolve("lacewing.yaml"), yaml);
            return ConfigLoader.load(new ConfigSources(file, environment, List.of(sets)));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void tlsOfHttpIsWholeOrNotThere() {
        HttpConfig http = load("http: {metrics: users, users: /u, tls: {cert: /c, key: /k, clientCa: /a}}", Map.of())
                .monitoring()
                .http();
        assertEquals(
                new HttpConfig(
                        true,
                        "0.0.0.0",
                        8080,
                        HttpAccess.OPEN,
                        HttpAccess.USERS,
                        Path.of("/u"),
                        new HttpTlsConfig(Path.of("/c"), Path.of("/k"), Path.of("/a"))),
                http);
        for (String half : List.of("cert: /c", "key: /k", "clientCa: /a")) {
            ConfigException refused =
                    assertThrows(ConfigException.class, () -> load("http: {tls: {" + half + "}}", Map.of()));
            assertTrue(String.valueOf(refused.getMessage()).contains("needs http.tls."), refused.getMessage());
        }
    }
}
