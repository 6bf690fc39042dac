package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.net.Network;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Who may connect, as it is configured. */
class EntranceConfigTest {
    private static final String RANGE =
            "must be an IP address, or a range of them as 10.0.0.0/8 or 2001:db8::/32 with no bits" + " set behind it";

    @TempDir
    private Path dir = Path.of("");

    private NodeConfig load(String yaml, String... sets) throws Exception {
        Path file = Files.writeString(dir.resolve("lacewing.yaml"), yaml);
        return ConfigLoader.load(new ConfigSources(file, Map.of(), Arrays.asList(sets)));
    }

    @Test
    void everythingIsOpenByDefault() throws Exception {
        NodeConfig config = load("");
        assertEquals(EntranceConfig.OPEN, config.listeners().getFirst().entrance());
        assertEquals(new EntranceLimits(10_000, 0, 0, 0), config.limits().entrance());
    }

    @Test
    void everythingSet() throws Exception {
        NodeConfig config = load("""
                listeners:
                  - networks: {allow: [10.0.0.0/8, "2001:db8::/32"], deny: [10.0.0.1]}
                    maxConnections: 7
                    connectRate: 8
                    proxyProtocol: {trusted: [10.0.0.5]}
                limits: {maxPendingConnections: 9, maxConnectionsPerAddress: 10, maxConnectionsPerUser: 11, connectRate: 12}
                """);
        assertEquals(
                new EntranceConfig(
                        List.of(Network.of("10.0.0.0/8"), Network.of("2001:db8::/32")),
                        List.of(Network.of("10.0.0.1")),
                        7,
                        8,
                        List.of(Network.of("10.0.0.5"))),
                config.listeners().getFirst().entrance());
        assertEquals(new EntranceLimits(9, 10, 11, 12), config.limits().entrance());
    }

    @ParameterizedTest
    @CsvSource({
        "networks.allow, 10.0.0.1/8",
        "networks.deny, 10.0.0.0/33",
        "networks.deny, ::ffff:10.0.0.0/104",
        "proxyProtocol.trusted, proxy.example.org"
    })
    void whatIsNoNetworkIsNamed(String list, String value) {
        ConfigException refusal =
                assertThrows(ConfigException.class, () -> load("", "listeners.0." + list + ".0=" + value));
        assertEquals("--set: listeners.0." + list + ".0 = " + value + ": " + RANGE, refusal.getMessage());
    }

    /** Who writes down that there are proxies does not get a listener that believes nobody, or everybody, instead. */
    @ParameterizedTest
    @ValueSource(strings = {"proxyProtocol: {}", "proxyProtocol:", "proxyProtocol: {trusted: []}"})
    void proxiesMustBeNamed(String section) {
        ConfigException refusal =
                assertThrows(ConfigException.class, () -> load("listeners: [{}, {port: 1884, " + section + "}]"));
        assertTrue(
                String.valueOf(refusal.getMessage())
                        .startsWith("listeners.1.proxyProtocol.trusted: must list the addresses of the proxies"),
                refusal.getMessage());
        assertThrows(ConfigException.class, () -> load("", "listeners.0.proxyProtocol.trusted=[]"));
    }
}
