package io.lacewing.node.auth.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.node.auth.Action;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rule;
import io.lacewing.node.auth.TopicPattern;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.remote.UnfitException;
import io.lacewing.router.Qos;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AnswersTest {
    private static final Instant NOW = Instant.ofEpochSecond(1_000_000);

    private static Verdict verdict(int status, String body) throws Exception {
        return Answers.verdict(status, body.getBytes(StandardCharsets.UTF_8), "ann", NOW);
    }

    @Test
    void simpleAnswers() throws Exception {
        assertEquals(new Verdict.Allow(Identity.of("ann", Set.of())), verdict(200, "{\"result\":\"allow\"}"));
        assertEquals(Verdict.WRONG, verdict(200, "{\"result\":\"deny\"}"));
        assertInstanceOf(Verdict.Next.class, verdict(200, "{\"result\":\"next\"}"));
        assertInstanceOf(Verdict.Next.class, verdict(204, ""));
        assertEquals(Verdict.WRONG, verdict(403, ""));
    }

    @Test
    void allThatAnAnswerCanSay() throws Exception {
        Verdict expected = new Verdict.Allow(
                new Identity(
                        "Ann",
                        Set.of("ops", "dev"),
                        false,
                        List.of(
                                Rule.allow(Set.of(Action.values()), List.of(TopicPattern.of("a/${clientid}/#"))),
                                new Rule(
                                        false,
                                        Set.of(Action.PUBLISH),
                                        List.of(TopicPattern.of("b"), TopicPattern.of("c")),
                                        Set.of(Qos.AT_MOST_ONCE, Qos.EXACTLY_ONCE),
                                        true))),
                NOW.plusSeconds(90));
        assertEquals(
                expected,
                verdict(
                        200,
                        "{\"result\":\"allow\",\"username\":\"Ann\",\"groups\":[\"ops\",\"dev\"],\"expiresIn\":90,"
                                + "\"rules\":[{\"allow\":\"all\",\"topics\":[\"a/${clientid}/#\"]},"
                                + "{\"deny\":\"publish\",\"topics\":[\"b\",\"c\"],\"qos\":[0,2],\"retain\":true}]}"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "<html>",
                "[]",
                "{",
                "{}",
                "{\"result\":1}",
                "{\"result\":true}",
                "{\"result\":\"ALLOW\"}",
                "{\"result\":\"allow\",\"superuser\":true}",
                "{\"result\":\"allow\",\"rule\":[]}",
                "{\"result\":\"allow\",\"username\":\"\"}",
                "{\"result\":\"allow\",\"username\":7}",
                "{\"result\":\"allow\",\"groups\":\"a\"}",
                "{\"result\":\"allow\",\"groups\":[1]}",
                "{\"result\":\"allow\",\"groups\":[null]}",
                "{\"result\":\"allow\",\"groups\":[\"\"]}",
                "{\"result\":\"allow\",\"expiresIn\":0}",
                "{\"result\":\"allow\",\"expiresIn\":\"9\"}",
                "{\"result\":\"allow\",\"expiresIn\":9223372036854775807}",
                "{\"result\":\"allow\",\"rules\":{}}",
                "{\"result\":\"allow\",\"rules\":[null]}",
                "{\"result\":\"allow\",\"rules\":[{}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\"}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[\"a/#/b\"]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[\"a${username}\"]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"fly\",\"topics\":[\"a\"]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"deny\":\"all\",\"topics\":[\"a\"]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[\"a\"],\"qos\":[3]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[\"a\"],\"qos\":[]}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[\"a\"],\"retain\":true}]}",
                "{\"result\":\"allow\",\"rules\":[{\"allow\":\"all\",\"topics\":[\"a\"],\"users\":[\"x\"]}]}"
            })
    void whatIsNotUnderstoodLetsNobodyIn(String body) {
        assertThrows(UnfitException.class, () -> verdict(200, body));
    }

    @Test
    void bytesThatAreNoTextAreNoAnswer() {
        byte[] body = "{\"result\":\"allow\",\"username\":\"ann?\"}".getBytes(StandardCharsets.UTF_8);
        body[body.length - 3] = (byte) 0xFF;
        assertThrows(UnfitException.class, () -> Answers.verdict(200, body, "ann", NOW));
    }

    @ParameterizedTest
    @ValueSource(ints = {201, 301, 302, 400, 404})
    void anotherStatusIsNoAnswer(int status) {
        assertThrows(UnfitException.class, () -> verdict(status, "{\"result\":\"allow\"}"));
    }

    @ParameterizedTest
    @ValueSource(ints = {401, 407, 429, 500, 503})
    void aServiceThatIsAtFaultIsAFailure(int status) {
        assertThrows(IllegalStateException.class, () -> verdict(status, "{\"result\":\"allow\"}"));
    }
}
