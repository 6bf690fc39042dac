package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What operators read when the configuration is wrong: one line with source, key, value and what is allowed. */
class ConfigErrorTest {
    @TempDir
    private Path dir = Path.of("");

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        limits: {maxInflight: 0}    | :1:23: limits.maxInflight = 0: must be a whole number from 1 to 65535
        limits: {maxInflight: ten}  | :1:23: limits.maxInflight = ten: must be a whole number from 1 to 65535
        limits: {maxInflight: 5.0}  | :1:23: limits.maxInflight = 5.0: must be a whole number from 1 to 65535
        limits: {maxInflight: [1]}  | :1:23: limits.maxInflight = a list: must be a whole number from 1 to 65535
        limits: {maxInflight: }     | :1:22: limits.maxInflight: has no value; must be a whole number from 1 to 65535
        limits: [a]                 | :1:9: limits = a list: must be a section with keys of its own
        listeners: {port: 1}        | :1:12: listeners = a section: must be a list
        listeners: [1883]           | :1:13: listeners.0 = 1883: must be a section with keys of its own
        listeners: []               | listeners: must hold at least one listener
        limts: {maxInflight: 1}     | :1:1: unknown key limts; did you mean limits?
        limits: {maxInfligt: 1}     | :1:10: unknown key limits.maxInfligt; did you mean limits.maxInflight?
        http.port: 1                | :1:1: http.port: a dotted name is for --set; in YAML write each part below the one before it
        banana: 1                   | :1:1: unknown key banana; see docs/configuration.md for all keys
        listeners: [{prt: 1}]       | :1:14: unknown key listeners.0.prt; did you mean listeners[].port?
        http: {port: 1, port: 2}    | :1:17: http.port: is set twice in this section
        http: {enabled: yes}        | :1:17: http.enabled = yes: must be true or false
        auth: {anonymous: yes}      | :1:19: auth.anonymous = yes: must be loopback or allow or deny
        auth: {passwordFile: ""}    | :1:22: auth.passwordFile = : must be a path
        auth: {scram: true}         | :1:15: auth.scram = true: needs auth.passwordFile
        auth: {password: x}         | :1:8: unknown key auth.password; see docs/configuration.md for all keys
        log: {format: xml}          | :1:15: log.format = xml: must be text or json
        mqtt: {maximumQos: 3}        | :1:20: mqtt.maximumQos = 3: must be a whole number from 0 to 2
        mqtt: {responseInformation: "a/#"} | :1:29: mqtt.responseInformation = a/#: must be up to 1024 characters without '+', '#', control characters and placeholders other than ${clientid}
        mqtt: {responseInformation: "a/${user}"} | :1:29: mqtt.responseInformation = a/${user}: must be up to 1024 characters without '+', '#', control characters and placeholders other than ${clientid}
        mqtt: {serverReference: " b"} | :1:25: mqtt.serverReference =  b: must be up to 1024 ASCII characters, the first no space
        http: {port: 70000}         | :1:14: http.port = 70000: must be a port from 1 to 65535, or 0 for any free one
        node: {id: "a b"}           | :1:12: node.id = a b: must be 1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit
        limits: {maxSessionBytes: 1KiB} | :1:27: limits.maxSessionBytes = 1KiB: must be at least limits.maxPacketSize, which is 1MiB
        overload: {dropAt: 70}      | :1:20: overload.dropAt = 70: the levels come one after the other: overload.dropAt must be at least overload.refuseAt, which is 80, and is 70
        overload: {refuseAt: 99}    | :1:22: overload.refuseAt = 99: the levels come one after the other: overload.dropAt must be at least overload.refuseAt, which is 99, and is 88
        overload: {refuseLag: 6s}   | :1:23: overload.refuseLag = 6s: the levels come one after the other: overload.dropLag must be at least overload.refuseLag, which is 6s, and is 5s
        limits: {connectTimeout: 10} | :1:26: limits.connectTimeout = 10: must be a duration from 100ms to 10m (units ms, s, m, h, d)
        limits: {maxPacketSize: 1PB} | :1:25: limits.maxPacketSize = 1PB: must be a size from 1KiB to 256MiB (units B, KB, KiB, MB, MiB, GB, GiB)
        listeners: [{path: /x}]     | :1:20: listeners.0.path = /x: only a listener of type ws or wss has a path
        listeners: [{}, {port: 2, name: tcp}] | :1:33: listeners.1.name = tcp: another listener is named tcp too; names must differ
        listeners: [{port: 8080}]   | :1:20: listeners.0.port = 8080: port 8080 is taken by http.port too
        http: {port: 1883, host: 10.0.0.1} | :1:14: http.port = 1883: port 1883 is taken by listeners.0.port too
        cluster: {enabled: true}    | cluster.discovery.type: a cluster of 3 nodes needs static or dns, so that they find each other
        cluster: {enabled: true, discovery: {type: static}} | :1:44: cluster.discovery.type = static: needs cluster.discovery.members with at least one host:port
        cluster: {enabled: true, discovery: {type: dns}} | :1:44: cluster.discovery.type = dns: needs cluster.discovery.dns.name
        cluster: {discovery: {type: kubernetes}} | :1:29: cluster.discovery.type = kubernetes: must be none or static or dns
        cluster: {discovery: {members: [a]}} | :1:33: cluster.discovery.members.0 = a: must be host:port, with a port from 1 to 65535
        cluster: {discovery: {members: ["a:0"]}} | :1:33: cluster.discovery.members.0 = a:0: must be host:port, with a port from 1 to 65535
        persistence: {durability: none} | :1:27: persistence.durability = none: must be disk or memory
        persistence: {fsync: sometimes} | :1:22: persistence.fsync = sometimes: must be always or interval or never
        persistence: {maxDiskSize: 100MiB} | :1:28: persistence.maxDiskSize = 100MiB: must be a size from 256MiB to 16384GiB (units B, KB, KiB, MB, MiB, GB, GiB)
        persistence: {replicas: 1}  | :1:25: persistence.replicas = 1: must be a whole number from 2 to 7
        persistence: {minCopies: 0} | :1:26: persistence.minCopies = 0: must be auto, or a whole number from 1 to 7
        persistence: {minCopies: 3} | :1:26: persistence.minCopies = 3: must be at most persistence.replicas, which is 2
        persistence: {minCopies: 2} | :1:26: persistence.minCopies = 2: a node alone has one copy; set cluster.enabled to true, or this to auto
        cluster: {netsplit: keep_serving} | :1:21: cluster.netsplit = keep_serving: must be pause or keep-serving
        cluster: {pauseAfter: 100ms} | :1:23: cluster.pauseAfter = 100ms: must be a duration from 500ms to 10s (units ms, s, m, h, d)
        cluster: {pauseAfter: 3s}   | :1:23: cluster.pauseAfter = 3s: must be less than half of cluster.silence, which is 5s
        cluster: {pauseAfter: 3s, silence: 6s} | :1:36: cluster.silence = 6s: must be more than twice cluster.pauseAfter, which is 3s
        cluster: {silence: 5500ms}  | :1:20: cluster.silence = 5500ms: must be whole seconds
        http: {port: 1              | :1:15: not valid YAML: expected ',' or '}', but got <stream end>
        """)
    void aWrongFileIsRefusedWithPlaceAndReason(String yaml, String message) throws IOException {
        Path file = Files.writeString(dir.resolve("lacewing.yaml"), yaml);
        String expected = message.startsWith(":") ? file + message : message;
        assertEquals(expected, refusal(new ConfigSources(file, Map.of(), List.of())));
    }

    @Test
    void theLineIsNamed() throws IOException {
        Path file = Files.writeString(dir.resolve("lacewing.yaml"), "node:\n  id: a\nhttp:\n  port: no\n");
        assertTrue(refusal(new ConfigSources(file, Map.of(), List.of())).startsWith(file + ":4:9: http.port = no: "));
    }

    @Test
    void aFileThatCannotBeReadIsRefused() throws IOException {
        Path missing = dir.resolve("missing.yaml");
        Path binary = Files.write(dir.resolve("binary.yaml"), "\u00e4".getBytes(StandardCharsets.ISO_8859_1));
        assertEquals(missing + ": can't be read: there is no such file", refusal(file(missing)));
        assertEquals(dir + ": can't be read: it is a directory", refusal(file(dir)));
        assertEquals(binary + ": can't be read: it is not UTF-8 text", refusal(file(binary)));
    }

    @Test
    void theEnvironmentVariableIsNamed() {
        assertEquals(
                "environment LACEWING_CLUSTER_SIZE: cluster.size = many: must be a whole number from 1 to 64",
                refusal(environment("LACEWING_CLUSTER_SIZE", "many")));
        assertEquals(
                "environment LACEWING_CLUSTER_SIZ: sets no known key; did you mean LACEWING_CLUSTER_SIZE?",
                refusal(environment("LACEWING_CLUSTER_SIZ", "3")));
        assertEquals(
                "environment LACEWING_HTPP_PORT: sets no known key; did you mean LACEWING_HTTP_PORT?",
                refusal(environment("LACEWING_HTPP_PORT", "80")));
    }

    @Test
    void theOptionIsNamed() {
        assertEquals("--set http.port: must be key=value", refusal(set("http.port")));
        assertEquals("--set: unknown key maxInflight; did you mean limits.maxInflight?", refusal(set("maxInflight=1")));
        assertEquals(
                "--set: listeners.3.port = 1: the list has 2 elements, so the next index is 2",
                refusal(set("listeners.3.port=1")));
        assertEquals("--set listeners: listeners = 5: must be a list", refusal(set("listeners=5")));
    }

    @Test
    void aLongValueIsCutAndKeptOnOneLine() {
        String message = refusal(set("http.port=" + "x\n".repeat(100)));
        assertEquals(1, message.lines().count());
        assertTrue(message.length() < 200, message);
    }

    private static ConfigSources file(Path file) {
        return new ConfigSources(file, Map.of(), List.of());
    }

    private static ConfigSources environment(String name, String value) {
        return new ConfigSources(null, Map.of(name, value), List.of());
    }

    private static ConfigSources set(String set) {
        return new ConfigSources(null, Map.of(), List.of(set));
    }

    private static String refusal(ConfigSources sources) {
        String message = assertThrows(ConfigException.class, () -> ConfigLoader.load(sources))
                .getMessage();
        return message == null ? "" : message;
    }
}
