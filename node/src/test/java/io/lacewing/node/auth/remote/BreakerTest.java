package io.lacewing.node.auth.remote;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class BreakerTest {
    private final Breaker breaker = new Breaker(3, 100);

    private void fail(int times, long now) {
        for (int i = 0; i < times; i++) {
            breaker.failed(now);
        }
    }

    @Test
    void opensAfterSoManyFailuresInARow() {
        fail(2, 0);
        assertTrue(breaker.mayAsk(0));
        breaker.succeeded();
        fail(2, 0);
        assertTrue(breaker.mayAsk(0), "a success between begins anew");
        assertTrue(breaker.failed(7));
        assertFalse(breaker.mayAsk(7));
        assertFalse(breaker.mayAsk(106));
        assertEquals(Breaker.State.OPEN, breaker.state());
    }

    @Test
    void oneAsksAfterThePauseAndItsSuccessCloses() {
        fail(3, 0);
        assertTrue(breaker.mayAsk(100));
        assertEquals(Breaker.State.HALF_OPEN, breaker.state());
        assertFalse(breaker.mayAsk(100));
        assertFalse(breaker.mayAsk(100_000), "it must say first what came of it");
        breaker.succeeded();
        assertTrue(breaker.mayAsk(101));
        assertTrue(breaker.mayAsk(101));
        fail(2, 102);
        assertTrue(breaker.mayAsk(102), "counting begins anew");
    }

    @Test
    void itsFailureOpensForAnotherPause() {
        fail(3, 0);
        assertTrue(breaker.mayAsk(100));
        assertTrue(breaker.failed(150));
        assertFalse(breaker.mayAsk(249));
        assertTrue(breaker.mayAsk(250));
    }

    @Test
    void lateFailuresDoNotMakeThePauseLonger() {
        fail(3, 0);
        assertFalse(breaker.failed(90));
        assertTrue(breaker.mayAsk(100));
    }
}
