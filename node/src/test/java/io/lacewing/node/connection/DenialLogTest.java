package io.lacewing.node.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.mqtt.ReasonCode;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is logged of clients that were refused. */
class DenialLogTest {
    private final DenialLog log = new DenialLog();
    private final long start = System.nanoTime();

    private String line(String clientId, @Nullable String user, long after) {
        ClientDetails client = new ClientDetails(clientId, user, "192.0.2.7:5000", "tcp", 5);
        return log.line(client, ReasonCode.NOT_AUTHORIZED, "for this test", start + after);
    }

    @Test
    void theFirstIsToldAtOnceAndTheOthersAsANumber() {
        long interval = RareLine.INTERVAL_NANOS;
        assertEquals(
                "192.0.2.7:5000 refused at tcp, client id 'c', user name 'ann': NOT_AUTHORIZED, for this test",
                line("c", "ann", 0));
        assertEquals("", line("c", "ann", 1));
        assertEquals("", line("c", "bob", interval - 1));
        assertEquals(
                "192.0.2.7:5000 refused at tcp, client id 'c', no user name: NOT_AUTHORIZED, for this test"
                        + " (and 2 more since the last such line)",
                line("c", null, interval));
        assertEquals("", line("c", null, interval + 1));
    }

    @Test
    void aTokenIsNotShown() {
        String line = line("c", "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJhbm4ifQ.c2lnbmF0dXJl", 0);
        assertTrue(line.contains("user name (a token):"), line);
    }

    @Test
    void whatTheClientHasChosenIsShortAndMakesNoLines() {
        String line = line("x".repeat(63) + "\uD83D\uDE00y", "a\nb\u202Ec'd", 0);
        assertTrue(line.contains("client id '" + "x".repeat(63) + "\uD83D\uDE00'..., user name 'a?b?c?d':"), line);
    }
}
