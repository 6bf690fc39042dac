package io.lacewing.node.auth.jwt;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.jose4j.lang.JoseException;
import org.junit.jupiter.api.Test;

/** When a set of keys is fetched, and what of it is used. */
class JwksScheduleTest {
    private static final long START = 1_000_000;

    @Test
    void unknownKeysLeadToAFetchOnlyOnceInAWhile() {
        JwksSchedule schedule = new JwksSchedule(600_000, 10_000, 86_400_000);
        assertTrue(schedule.mayFetch(START));
        assertTrue(schedule.isInDoubt());
        assertEquals(600_000, schedule.succeeded(START));
        assertFalse(schedule.isInDoubt());
        assertFalse(schedule.mayFetch(START + 9_999));
        assertTrue(schedule.mayFetch(START + 10_000));
    }

    @Test
    void failuresDoubleTheWaitAndASuccessEndsIt() {
        JwksSchedule schedule = new JwksSchedule(600_000, 10_000, 86_400_000);
        long now = START;
        for (long wait : new long[] {10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000}) {
            assertEquals(wait, schedule.failed(now));
            assertTrue(schedule.isInDoubt());
            assertFalse(schedule.mayFetch(now + wait - 1));
            now += wait;
            assertTrue(schedule.mayFetch(now));
        }
        for (int i = 0; i < 100; i++) {
            assertEquals(300_000, schedule.failed(now));
        }
        schedule.succeeded(now);
        assertFalse(schedule.isInDoubt());
        assertEquals(10_000, schedule.failed(now));
    }

    @Test
    void keysAreKeptForAWhile() {
        JwksSchedule schedule = new JwksSchedule(1_000, 1_000, 5_000);
        assertFalse(schedule.isFresh(START));
        schedule.succeeded(START);
        schedule.failed(START + 4_000);
        assertTrue(schedule.isFresh(START + 5_000));
        assertFalse(schedule.isFresh(START + 5_001));
    }

    private static String rsa(String others) {
        // RFC 7517, A.1.
        return "{\"kty\":\"RSA\",\"n\":\"0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L"
                + "6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY36"
                + "8QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPk"
                + "sINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw\",\"e\":\"AQAB\",\"kid\":\"r\"" + others + "}";
    }

    @Test
    void onlyWhatCanBeUsedIsTaken() throws Exception {
        String secret = "{\"kty\":\"oct\",\"kid\":\"s\",\"k\":\"" + "A".repeat(86) + "\"}";
        String set = "{\"keys\":[" + rsa("") + "," + rsa(",\"use\":\"enc\"") + "," + rsa(",\"alg\":\"RS384\"") + ","
                + secret + ",{\"kty\":\"later\"},{}]}";
        List<TokenKey> keys = KeySet.parse(set, List.of("RS256", "RS384", "ES256"));
        assertEquals(2, keys.size());
        assertTrue(keys.get(0).fits("r", "RS256"));
        assertTrue(keys.get(0).fits("r", "RS384"));
        assertFalse(keys.get(0).fits("r", "RS512"), "not asked for");
        assertFalse(keys.get(0).fits("r", "HS256"));
        assertFalse(keys.get(1).fits("r", "RS256"), "the key says another");
        assertTrue(keys.get(1).fits("r", "RS384"));
        assertEquals(List.of(), KeySet.parse("{\"keys\":[]}", List.of("RS256")));
    }

    @Test
    void whatIsNoSetIsRefused() {
        for (String wrong : List.of("", "<html>", "[]", "{}")) {
            assertThrows(JoseException.class, () -> KeySet.parse(wrong, List.of("RS256")), wrong);
        }
        String many = "{\"keys\":[" + (rsa("") + ",").repeat(KeySet.MAX_KEYS) + rsa("") + "]}";
        assertThrows(JoseException.class, () -> KeySet.parse(many, List.of("RS256")));
    }
}
