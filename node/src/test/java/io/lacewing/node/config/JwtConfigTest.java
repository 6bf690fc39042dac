package io.lacewing.node.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The keys about tokens. */
class JwtConfigTest {
    private static @Nullable JwtConfig load(String... sets) {
        return ConfigLoader.load(new ConfigSources(null, Map.of(), List.of(sets)))
                .auth()
                .jwt();
    }

    @Test
    void allKeys() {
        assertNull(load());
        assertEquals(
                new JwtConfig(
                        TokenPlace.USER_NAME,
                        List.of(
                                new JwtConfig.SigningKey("HS512", Path.of("secret"), null),
                                new JwtConfig.SigningKey("EdDSA", Path.of("pub.pem"), "k1")),
                        new JwksConfig(
                                URI.create("https://issuer.example/keys"),
                                Path.of("ca.pem"),
                                List.of("RS256", "ES256"),
                                Duration.ofMinutes(1),
                                Duration.ofSeconds(2),
                                Duration.ofSeconds(3),
                                Duration.ofHours(4)),
                        "https://issuer.example",
                        "mqtt",
                        Duration.ofSeconds(5),
                        new JwtConfig.Claims("name", false, "device", "roles")),
                load(
                        "auth.jwt.from=user-name",
                        "auth.jwt.keys=[{algorithm: HS512, file: secret}, {algorithm: EdDSA, file: pub.pem, id: k1}]",
                        "auth.jwt.jwks.url=https://issuer.example/keys",
                        "auth.jwt.jwks.ca=ca.pem",
                        "auth.jwt.jwks.algorithms=[RS256, ES256]",
                        "auth.jwt.jwks.refresh=1m",
                        "auth.jwt.jwks.cooldown=2s",
                        "auth.jwt.jwks.timeout=3s",
                        "auth.jwt.jwks.keepFor=4h",
                        "auth.jwt.issuer=https://issuer.example",
                        "auth.jwt.audience=mqtt",
                        "auth.jwt.leeway=5s",
                        "auth.jwt.userNameClaim=name",
                        "auth.jwt.matchUserName=false",
                        "auth.jwt.clientIdClaim=device",
                        "auth.jwt.groupsClaim=roles"));
    }

    @Test
    void secretsAreNeverFetched() {
        JwtConfig config = load("auth.jwt.jwks.url=http://localhost:8080/keys");
        assertNotNull(config);
        JwksConfig jwks = config.jwks();
        assertNotNull(jwks);
        assertEquals(
                List.of("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"),
                jwks.algorithms());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "auth.jwt.issuer=x | --set: auth.jwt.issuer = x: tokens need a key; set auth.jwt.keys or auth.jwt.jwks.url",
                "auth.jwt.keys=[{algorithm: HS256}] | auth.jwt.keys.0.file: must be the path of a file",
                "auth.jwt.jwks.ca=x | --set: auth.jwt.jwks.ca = x: needs auth.jwt.jwks.url",
                "auth.jwt.jwks.url=http://example.com/ | --set: auth.jwt.jwks.url = http://example.com/: must begin with"
                        + " https:// unless it is on this machine",
                "auth.jwt.jwks.url=https:///x | --set: auth.jwt.jwks.url = https:///x: must be a URL with a host, and"
                        + " without a user",
                "auth.jwt.jwks.url=ftp://x | --set: auth.jwt.jwks.url = ftp://x: must be a URL that begins with https://",
                "auth.jwt.keys=[{algorithm: none, file: x}] | --set auth.jwt.keys: auth.jwt.keys.0.algorithm = none: must be HS256,"
                        + " HS384, HS512, RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, ES512, EdDSA"
            })
    void whatCannotBeIsRefused(String set, String message) {
        assertEquals(
                message, assertThrows(ConfigException.class, () -> load(set)).getMessage());
    }
}
