package io.lacewing.node.auth.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.config.JwtConfig;
import io.lacewing.node.config.JwtConfig.SigningKey;
import io.lacewing.node.config.TokenPlace;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which tokens prove what, and which files have keys. */
class TokenCheckTest {
    private static final byte[] SECRET = "0123456789abcdef".repeat(4).getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path dir = Path.of("");

    private static JwtConfig config(@Nullable String issuer, @Nullable String audience, JwtConfig.Claims claims) {
        return new JwtConfig(TokenPlace.PASSWORD, List.of(), null, issuer, audience, Duration.ofSeconds(10), claims);
    }

    private static JwtConfig config() {
        return config(null, null, new JwtConfig.Claims("sub", true, null, null));
    }

    private static ClientDetails client(@Nullable String user) {
        return new ClientDetails("device", user, "127.0.0.1:1", "tcp", 5);
    }

    private static String check(JwtConfig config, String token, @Nullable String user, TokenKey... keys) {
        return switch (new TokenCheck(config).check(token, client(user), List.of(keys))) {
            case TokenCheck.Proven(Verdict.Allow(Identity identity, Instant until)) ->
                "as " + identity.userName() + " in " + identity.groups();
            case TokenCheck.Worthless(String why) -> why;
            case TokenCheck.UnknownKey unknown -> "unknown key";
        };
    }

    private TokenKey key(String algorithm, @Nullable String id, byte[] content) throws Exception {
        Path file = Files.write(dir.resolve("key-" + algorithm + id), content);
        return KeyFile.read(new SigningKey(algorithm, file, id));
    }

    private TokenKey secret(String algorithm) throws Exception {
        return key(algorithm, null, SECRET);
    }

    private static String hs256(String claims) throws Exception {
        return Tokens.signed("HS256", null, SECRET, claims);
    }

    @ParameterizedTest
    @ValueSource(strings = {"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
    void everyAlgorithmWithItsPublicKey(String algorithm) throws Exception {
        KeyPair pair = Tokens.pair(algorithm);
        Path file = Tokens.write(dir.resolve("key"), pair.getPublic());
        TokenKey key = KeyFile.read(new SigningKey(algorithm, file, "k"));
        String claims = Tokens.claims("ann", 60, "");
        String token = Tokens.signed(algorithm, "k", pair.getPrivate(), claims);
        assertEquals("as ann in []", check(config(), token, null, key));
        assertEquals("as ann in []", check(config(), token, "ann", key));
        String unnamed = Tokens.signed(algorithm, null, pair.getPrivate(), claims);
        assertEquals("as ann in []", check(config(), unnamed, null, key));
        String other = Tokens.signed(algorithm, "other", pair.getPrivate(), claims);
        assertEquals("unknown key", check(config(), other, null, key));
        String foreign = Tokens.signed(algorithm, "k", Tokens.pair(algorithm).getPrivate(), claims);
        assertEquals("its signature is wrong", check(config(), foreign, null, key));
        assertFalse(key.toString().contains("key="), key::toString);
    }

    @ParameterizedTest
    @ValueSource(strings = {"HS256", "HS384", "HS512"})
    void everyAlgorithmWithASecret(String algorithm) throws Exception {
        String token = Tokens.signed(algorithm, null, SECRET, Tokens.claims("ann", 60, ""));
        assertEquals("as ann in []", check(config(), token, null, secret(algorithm)));
        String foreign = Tokens.signed(algorithm, null, "x".getBytes(StandardCharsets.US_ASCII), "{}");
        assertEquals("its signature is wrong", check(config(), foreign, null, secret(algorithm)));
        // One algorithm for a key: not even another hash.
        String other = Tokens.signed(algorithm.equals("HS256") ? "HS512" : "HS256", null, SECRET, "{}");
        assertEquals("unknown key", check(config(), other, null, secret(algorithm)));
    }

    /** RFC 7515, A.1: its signature is right, its end was in 2011. */
    @Test
    void theExampleOfTheStandard() throws Exception {
        byte[] secret = Base64.getUrlDecoder()
                .decode("AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow");
        String token = "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0"
                + "dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
        assertTrue(TokenCheck.looksLikeToken(token));
        assertEquals("it has expired", check(config(), token, null, key("HS256", null, secret)));
    }

    @Test
    void nothingGoesAroundTheAlgorithm() throws Exception {
        KeyPair pair = Tokens.pair("RS256");
        Path file = Tokens.write(dir.resolve("rsa"), pair.getPublic());
        TokenKey rsa = KeyFile.read(new SigningKey("RS256", file, null));
        String claims = Tokens.claims("ann", 60, "");
        // The public key as a secret: what everybody knows.
        assertEquals(
                "unknown key",
                check(config(), Tokens.signed("HS256", null, Files.readAllBytes(file), claims), null, rsa));
        assertEquals(
                "unknown key",
                check(config(), Tokens.signed("HS256", null, pair.getPublic().getEncoded(), claims), null, rsa));
        assertEquals("unknown key", check(config(), Tokens.unsigned(claims), null, rsa, secret("HS256")));
        assertEquals(
                "unknown key", check(config(), Tokens.signed("PS256", null, pair.getPrivate(), claims), null, rsa));
    }

    @Test
    void theClaimsMustHold() throws Exception {
        TokenKey key = secret("HS256");
        JwtConfig.Claims names = new JwtConfig.Claims("sub", true, null, null);
        JwtConfig strict = config("https://issuer", "mqtt", names);
        String both = ",\"iss\":\"https://issuer\",\"aud\":[\"http\",\"mqtt\"]";
        assertEquals("as ann in []", check(strict, hs256(Tokens.claims("ann", 60, both)), null, key));
        assertEquals(
                "it is of another issuer",
                check(strict, hs256(Tokens.claims("ann", 60, ",\"aud\":\"mqtt\"")), null, key));
        assertEquals(
                "it is for another audience",
                check(strict, hs256(Tokens.claims("ann", 60, ",\"iss\":\"https://issuer\",\"aud\":\"x\"")), null, key));
        assertEquals("it has expired", check(config(), hs256(Tokens.claims("ann", -60, "")), null, key));
        assertEquals("as ann in []", check(config(), hs256(Tokens.claims("ann", -5, "")), null, key));
        assertEquals("it has no claim exp", check(config(), hs256("{\"sub\":\"ann\"}"), null, key));
        long now = System.currentTimeMillis() / 1000;
        assertEquals(
                "it is not valid yet",
                check(config(), hs256(Tokens.claims("ann", 60, ",\"nbf\":" + (now + 60))), null, key));
        assertEquals(
                "as ann in []", check(config(), hs256(Tokens.claims("ann", 60, ",\"nbf\":" + (now + 5))), null, key));
        assertEquals("its claims are damaged", check(config(), hs256("[1]"), null, key));
        assertEquals("its claims are damaged", check(config(), hs256("{\"sub\":\"ann\",\"exp\":\"soon\"}"), null, key));
        assertEquals("it has no claim sub", check(config(), hs256(Tokens.claims("", 60, "")), null, key));
    }

    @Test
    void userAndClientAreHeldToTheToken() throws Exception {
        TokenKey key = secret("HS256");
        String ann = hs256(Tokens.claims("ann", 60, ",\"client\":\"device\""));
        assertEquals("it is of another user than the CONNECT's", check(config(), ann, "bob", key));
        JwtConfig free = config(null, null, new JwtConfig.Claims("sub", false, null, null));
        assertEquals("as ann in []", check(free, ann, "bob", key));
        JwtConfig bound = config(null, null, new JwtConfig.Claims("sub", true, "client", null));
        assertEquals("as ann in []", check(bound, ann, "ann", key));
        assertEquals(
                "it is not for this client id",
                check(bound, hs256(Tokens.claims("ann", 60, ",\"client\":\"x\"")), "ann", key));
        assertEquals("it is not for this client id", check(bound, hs256(Tokens.claims("ann", 60, "")), "ann", key));
        JwtConfig other = config(null, null, new JwtConfig.Claims("client", true, null, null));
        assertEquals("as device in []", check(other, ann, null, key));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "[\"a\"]; as ann in [a]",
                "\"b\"; as ann in [b]",
                "\" b \"; as ann in [b]",
                "\"\"; as ann in []",
                "[]; as ann in []",
                "null; as ann in []",
                "7; its claim roles is no list of groups",
                "[7]; its claim roles is no list of groups"
            })
    void groupsAreTakenFromTheirClaim(String claim, String expected) throws Exception {
        JwtConfig groups = config(null, null, new JwtConfig.Claims("sub", true, null, "roles"));
        assertEquals(
                expected, check(groups, hs256(Tokens.claims("ann", 60, ",\"roles\":" + claim)), null, secret("HS256")));
    }

    @Test
    void groupsAreBounded() throws Exception {
        JwtConfig config = config(null, null, new JwtConfig.Claims("sub", true, null, "roles"));
        StringBuilder many = new StringBuilder();
        for (int i = 0; i < 65; i++) {
            many.append(" g").append(i);
        }
        String why = "its claim roles is no list of groups";
        TokenKey key = secret("HS256");
        assertEquals(why, check(config, hs256(Tokens.claims("ann", 60, ",\"roles\":\"" + many + "\"")), null, key));
        String longOne = "g".repeat(257);
        assertEquals(why, check(config, hs256(Tokens.claims("ann", 60, ",\"roles\":\"" + longOne + "\"")), null, key));
    }

    @Test
    void itEndsWithTheTokenAndTheLeeway() throws Exception {
        TokenKey key = secret("HS256");
        for (String end : List.of("4102444800", "9223372036854775807")) {
            String token = hs256("{\"sub\":\"ann\",\"exp\":" + end + "}");
            TokenCheck.Outcome outcome = new TokenCheck(config()).check(token, client(null), List.of(key));
            Instant expected = Instant.parse(end.length() == 10 ? "2100-01-01T00:00:10Z" : "+10000-01-01T00:00:09Z");
            assertEquals(new TokenCheck.Proven(new Verdict.Allow(Identity.of("ann", Set.of()), expected)), outcome);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "secret", "e.e", "a.b.c", "eyJ.a.b.c", "eyJ..c", "eyJhbGci.é.x", "eyJ.a.b\n"})
    void whatIsNoTokenHasNotItsForm(String text) {
        assertFalse(TokenCheck.looksLikeToken(text));
    }

    @Test
    void whatOnlyHasTheFormIsWorthless() throws Exception {
        assertEquals("it can't be read", check(config(), "eyJ.a.b", null, secret("HS256")));
        assertEquals("it names no algorithm", check(config(), "e30.e30.", null, secret("HS256")));
        for (String header : new String[] {"{'alg':1}", "{'alg':'HS256','kid':1}", "{'alg':'HS256','b64':1}"}) {
            String token = Base64.getUrlEncoder()
                            .withoutPadding()
                            .encodeToString(header.replace('\'', '"').getBytes(StandardCharsets.UTF_8))
                    + ".e30.";
            String why = check(config(), token, null, secret("HS256"));
            assertTrue(why.equals("it can't be read") || why.equals("its signature is wrong"), why);
        }
    }

    private String refusal(String algorithm, String content) {
        return String.valueOf(assertThrows(
                        KeyException.class, () -> key(algorithm, null, content.getBytes(StandardCharsets.US_ASCII)))
                .getMessage());
    }

    @Test
    void filesThatAreOfNoUseAreNamed() throws Exception {
        String file = dir.resolve("key-").toString();
        assertTrue(refusal("HS256", "x".repeat(31) + "\r\n").startsWith(file), () -> refusal("HS256", "x"));
        assertTrue(refusal("HS256", "x".repeat(31) + "\n").contains("a secret of 31 bytes; HS256 needs at least 32"));
        assertTrue(refusal("HS384", "x".repeat(47)).contains("at least 48"));
        assertTrue(refusal("HS512", "x".repeat(63)).contains("at least 64"));
        assertTrue(refusal("RS256", "hello").contains("holds no public key in PEM form"));
        KeyPair ec = Tokens.pair("ES256");
        String pem = Tokens.pem("PUBLIC KEY", ec.getPublic().getEncoded());
        assertTrue(refusal("RS256", pem).contains("EC of 256 bits, can't be used for RS256"));
        assertTrue(refusal("ES384", pem).contains("can't be used for ES384"));
        assertTrue(refusal("ES256", Tokens.pem("PRIVATE KEY", ec.getPrivate().getEncoded()))
                .contains("holds a private key"));
        assertTrue(refusal("ES256", Tokens.pem("PUBLIC KEY", new byte[10])).contains("no public key that can be read"));
        assertTrue(refusal("ES256", Tokens.pem("CERTIFICATE", new byte[10])).contains("certificate is damaged"));
        KeyPairGenerator small = KeyPairGenerator.getInstance("RSA");
        small.initialize(1024);
        String weak =
                Tokens.pem("PUBLIC KEY", small.generateKeyPair().getPublic().getEncoded());
        assertTrue(refusal("RS256", weak).contains("RSA of 1024 bits, can't be used"));
        Path missing = dir.resolve("missing");
        KeyException gone =
                assertThrows(KeyException.class, () -> KeyFile.read(new SigningKey("RS256", missing, null)));
        assertEquals(missing + ": can't be read: there is no such file", gone.getMessage());
    }
}
