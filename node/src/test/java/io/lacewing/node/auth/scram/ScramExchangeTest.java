package io.lacewing.node.auth.scram;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Step;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The messages of SCRAM, by the example of the standard and by those that break it. */
class ScramExchangeTest {
    private static final ScramAlgorithm SHA = ScramAlgorithm.SHA_256;

    /** RFC 7677, 3. */
    private static final String FIRST = "n,,n=user,r=rOprNGfwEbeRWgbNEkqO";

    private static final String SERVER_NONCE = "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
    private static final String ASKED =
            "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
    private static final String LAST = "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,"
            + "p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=";
    private static final String PROVEN = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private record Users(Map<String, ScramKeys> all) implements ScramUsers {
        @Override
        public @Nullable Found find(String name, ScramAlgorithm algorithm) {
            ScramKeys keys = all.get(name);
            return keys == null ? null : new Found(keys, Set.of("g"));
        }

        @Override
        public @Nullable ScramKeys sample(ScramAlgorithm algorithm) {
            return all.values().stream().findFirst().orElse(null);
        }
    }

    private static ScramKeys example() {
        byte[] salt = Base64.getDecoder().decode("W22ZaJ0SNY7soEsUEjb6gQ==");
        byte[] salted = SHA.salted(utf8("pencil"), salt, 4096);
        return new ScramKeys(
                SHA, 4096, salt, SHA.hash(SHA.hmac(salted, utf8("Client Key"))), SHA.hmac(salted, utf8("Server Key")));
    }

    private static ScramMechanism mechanism() {
        return new ScramMechanism(SHA, new Users(Map.of("user", example())), new SecureRandom());
    }

    private static ScramExchange exchange(@Nullable String connectName) {
        return new ScramExchange(mechanism(), connectName, SERVER_NONCE);
    }

    private static String say(Exchange exchange, byte @Nullable [] data) {
        Step step = exchange.take(data).toCompletableFuture().resultNow();
        return switch (step) {
            case Step.Continue more ->
                new String(more.data() == null ? new byte[0] : more.data(), StandardCharsets.UTF_8);
            case Step.Success done -> {
                assertEquals(Identity.of("user", Set.of("g")), done.identity());
                yield new String(done.data() == null ? new byte[0] : done.data(), StandardCharsets.UTF_8);
            }
            case Step.Failure failure -> failure.denial() == Denial.BAD_USER_NAME_OR_PASSWORD ? "wrong" : "malformed";
        };
    }

    private static String say(Exchange exchange, String message) {
        return say(exchange, utf8(message));
    }

    @Test
    void theExampleOfTheStandard() {
        for (String name : new String[] {null, "user"}) {
            ScramExchange exchange = exchange(name);
            assertEquals(ASKED, say(exchange, FIRST));
            assertEquals(PROVEN, say(exchange, LAST));
        }
    }

    @Test
    void aWrongProofIsWrong() {
        for (String proof : new String[] {"AHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=", "AAAA"}) {
            ScramExchange exchange = exchange(null);
            assertEquals(ASKED, say(exchange, FIRST));
            assertEquals("wrong", say(exchange, LAST.substring(0, LAST.indexOf("p=") + 2) + proof));
        }
    }

    @Test
    void anotherNameInTheConnectIsNobodys() {
        ScramExchange exchange = exchange("other");
        assertEquals(ASKED, say(exchange, FIRST), "which users there are must not be told");
        assertEquals("wrong", say(exchange, LAST));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "n=user,r=abc",
                "n,,n=user",
                "n,,r=abc,n=user",
                "n,,n=,r=abc",
                "n,,n=user,r=",
                "n,,m=x,n=user,r=abc",
                "p=tls-unique,,n=user,r=abc",
                "x,,n=user,r=abc",
                "n,a=boss,n=user,r=abc",
                "n,,n=us=er,r=abc",
                "n,,n=us=2er,r=abc",
                "n,,n=u\u0007,r=abc",
                "n,,n=user,r=a\u00E4"
            })
    void whatIsNoFirstMessageIsRefused(String message) {
        assertEquals("malformed", say(exchange(null), message));
    }

    @Test
    void dataMustBeThere() {
        assertEquals("malformed", say(exchange(null), (byte[]) null));
        assertEquals("malformed", say(exchange(null), new byte[] {'n', ',', ',', (byte) 0xFF}));
        assertEquals("malformed", say(exchange(null), FIRST + ",x=" + "y".repeat(4096)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "c=biws,r=rOprNGfwEbeRWgbNEkqO,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=eSws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,c=biws,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0",
                "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=A",
                "n,,n=user,r=rOprNGfwEbeRWgbNEkqO"
            })
    void whatIsNoLastMessageIsRefused(String message) {
        ScramExchange exchange = exchange(null);
        assertEquals(ASKED, say(exchange, FIRST));
        assertEquals("malformed", say(exchange, message));
    }

    /** Who asks two nodes, or one twice, hears the same of a name that is not there. */
    @Test
    void namesThatAreNotThereLookAsIfTheyWere() {
        ScramUsers users = new Users(Map.of("user", example()));
        String[] answers = new String[2];
        for (int i = 0; i < answers.length; i++) {
            Exchange exchange = new ScramMechanism(SHA, users, new SecureRandom())
                    .begin(new ClientDetails("c", null, "127.0.0.1:1", "tcp", 5));
            String answer = say(exchange, "n,,n=nobody,r=abc");
            String nonce = answer.substring(2, answer.indexOf(','));
            answers[i] = answer.substring(answer.indexOf(','));
            assertEquals("wrong", say(exchange, "c=biws,r=" + nonce + ",p=" + "A".repeat(43) + "="));
        }
        assertEquals(answers[0], answers[1]);
        assertTrue(answers[0].endsWith(",i=4096"));
        ScramMechanism mechanism = mechanism();
        assertFalse(Arrays.equals(
                mechanism.decoy("a").keys().salt(), mechanism.decoy("b").keys().salt()));
        assertEquals(16, mechanism.decoy("a").keys().salt().length);
        ScramMechanism empty = new ScramMechanism(SHA, new Users(Map.of()), new SecureRandom());
        assertEquals(15_000, empty.find("a").keys().iterations());
    }

    /** RFC 4013, 3. */
    @Test
    void namesAndPasswordsArePrepared() {
        assertEquals("IX", ScramAlgorithm.prepared("I\u00ADX"));
        assertEquals("a", ScramAlgorithm.prepared("\u00AA"));
        assertEquals("IX", ScramAlgorithm.prepared("\u2168"));
        assertNull(ScramAlgorithm.prepared("\u0007"));
        assertNull(ScramAlgorithm.prepared("\u06271"));
        ScramKeys keys = ScramKeys.of(SHA, utf8("\u2168"), 4096, new SecureRandom());
        assertTrue(keys.matches(utf8("IX")));
        assertFalse(keys.matches(utf8("ix")));
        assertFalse(keys.matches(new byte[] {(byte) 0xFF}));
        assertThrows(
                IllegalArgumentException.class,
                () -> ScramKeys.of(SHA, new byte[] {(byte) 0xFF}, 4096, new SecureRandom()));
        assertThrows(IllegalArgumentException.class, () -> ScramKeys.checkName("\u2168"));
        ScramKeys.checkName("IX");
    }
}
