package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys of listeners on TLS, in lists within a list. */
class TlsConfigTest {
    private static final List<String> BOTH = List.of("TLSv1.2", "TLSv1.3");

    @TempDir
    private Path dir = Path.of("");

    private NodeConfig load(String yaml, Map<String, String> environment, String... sets) throws IOException {
        Path file = Files.writeString(dir.resolve("lacewing.yaml"), yaml);
        return ConfigLoader.load(new ConfigSources(file, environment, List.of(sets)));
    }

    private static TlsConfig.Certificate pair(String cert, String key) {
        return new TlsConfig.Certificate(Path.of(cert), Path.of(key));
    }

    @Test
    void allKeys() throws IOException {
        NodeConfig config = load("""
                listeners:
                  - type: tls
                    tls:
                      certificates:
                        - {cert: /a.pem, key: /a.key}
                        - {cert: b.pem, key: b.key}
                      clientCa: ca.pem
                      crl: [a.crl, b.crl]
                      clientAuth: required
                      protocols: [TLSv1.3]
                      ciphers: [TLS_AES_256_GCM_SHA384, TLS_AES_128_GCM_SHA256]
                      handshakeTimeout: 3s
                  - type: wss
                    path: /x
                    tls: {certificates: [{cert: c.pem, key: c.key}]}
                """, Map.of());
        assertEquals(
                List.of(
                        new ListenerConfig(
                                "tls",
                                ListenerType.TLS,
                                "0.0.0.0",
                                8883,
                                "",
                                new TlsConfig(
                                        List.of(pair("/a.pem", "/a.key"), pair("b.pem", "b.key")),
                                        Path.of("ca.pem"),
                                        List.of(Path.of("a.crl"), Path.of("b.crl")),
                                        ClientAuth.REQUIRED,
                                        List.of("TLSv1.3"),
                                        List.of("TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"),
                                        Duration.ofSeconds(3)),
                                EntranceConfig.OPEN),
                        new ListenerConfig(
                                "wss",
                                ListenerType.WSS,
                                "0.0.0.0",
                                8084,
                                "/x",
                                plain(pair("c.pem", "c.key")),
                                EntranceConfig.OPEN)),
                config.listeners());
    }

    private static TlsConfig plain(TlsConfig.Certificate... certificates) {
        return new TlsConfig(List.of(certificates), null, ClientAuth.NONE, BOTH, List.of(), Duration.ofSeconds(10));
    }

    @Test
    void eachSourceSetsElementsOfListsInLists() throws IOException {
        NodeConfig config = load(
                "listeners: [{}, {type: tls, tls: {certificates: [{cert: a, key: a}]}}]",
                Map.of(
                        "LACEWING_LISTENERS_1_TLS_CERTIFICATES_0_KEY", "a.key",
                        "LACEWING_LISTENERS_1_TLS_CERTIFICATES_1_CERT", "b",
                        "LACEWING_LISTENERS_1_TLS_CERTIFICATES_1_KEY", "b"),
                "listeners.1.tls.certificates.1.key=b.key",
                "listeners.1.tls.protocols=[TLSv1.2]",
                "listeners.1.tls.protocols.1=TLSv1.3");
        assertEquals(
                plain(pair("a", "a.key"), pair("b", "b.key")),
                config.listeners().get(1).tls());
    }

    @Test
    void aListThatIsReplacedTakesTheListsInItWithIt() throws IOException {
        NodeConfig config = load(
                "listeners: [{type: tls, tls: {certificates: [{cert: a, key: a}, {cert: b, key: b}]}}]",
                Map.of(),
                "listeners=[{type: tls, tls: {certificates: [{cert: c, key: c}]}}]");
        assertEquals(plain(pair("c", "c")), config.listeners().getFirst().tls());
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
        {type: tls}                       | listeners.0.tls.certificates: must hold at least one, with cert and key
        {type: wss, tls: {}}              | listeners.0.tls.certificates: must hold at least one, with cert and key
        {type: tls, tls: {certificates: [{cert: a}]}} | listeners.0.tls.certificates.0.key: must be the path of a file
        {type: ssl}                       | FILE:1:20: listeners.0.type = ssl: must be tcp or ws or tls or wss
        {type: tls, path: /x}             | FILE:1:31: listeners.0.path = /x: only a listener of type ws or wss has a path
        {tls: {clientCa: a}}              | FILE:1:30: listeners.0.tls.clientCa = a: only a listener of type tls or wss has tls
        {type: tls, tls: {clientAuth: required}} | FILE:1:43: listeners.0.tls.clientAuth = required: needs listeners.0.tls.clientCa
        {type: tls, tls: {clientAuth: optional}} | FILE:1:43: listeners.0.tls.clientAuth = optional: needs listeners.0.tls.clientCa
        {type: tls, tls: {clientAuth: want}} | FILE:1:43: listeners.0.tls.clientAuth = want: must be none or optional or required
        {type: tls, tls: {clientCa: a, crl: [b], certificates: [{cert: a, key: a}]}} | FILE:1:50: listeners.0.tls.crl.0 = b: is for clients' certificates: set listeners.0.tls.clientAuth too
        {type: tls, tls: {protocols: [TLSv1.1], certificates: [{cert: a, key: a}]}} | FILE:1:43: listeners.0.tls.protocols.0 = TLSv1.1: must be TLSv1.2 or TLSv1.3
        {type: tls, tls: {ciphers: [TLS_NONE], certificates: [{cert: a, key: a}]}} | FILE:1:41: listeners.0.tls.ciphers.0 = TLS_NONE: this Java has no such cipher suite, or its security policy forbids it
        {type: tls, tls: {ciphers: [TLS_AES_128_GCM_SHA256], certificates: [{cert: a, key: a}]}} | listeners.0.tls.ciphers: holds none of TLSv1.2; add one, or set protocols without it
        {type: tls, tls: {handshakeTimeout: 1h, certificates: [{cert: a, key: a}]}} | FILE:1:49: listeners.0.tls.handshakeTimeout = 1h: must be a duration from 100ms to 2m (units ms, s, m, h, d)
        {type: tls, tls: {certificate: []}} | FILE:1:31: unknown key listeners.0.tls.certificate; did you mean listeners[].tls.certificates?
        """)
    void whatIsWrongIsSaid(String listener, String message) {
        ConfigException refusal =
                assertThrows(ConfigException.class, () -> load("listeners: [" + listener + "]", Map.of()));
        assertEquals(message.replace("FILE", dir.resolve("lacewing.yaml").toString()), refusal.getMessage());
    }
}
