package io.lacewing.node.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

class KeepAliveTest {

    @Test
    void theTimeInWhichTheLoopStoodStillIsNotTheClientsSilence() {
        KeepAlive keepAlive = new KeepAlive();
        assertEquals(10_000, keepAlive.heardUntil(10_000));
        assertEquals(10_500, keepAlive.heardUntil(10_500));
        assertEquals(10_990, keepAlive.heardUntil(10_990));
        assertEquals(11_490, keepAlive.heardUntil(14_000), "it stood still for two and a half seconds");
        assertEquals(14_500, keepAlive.heardUntil(14_500), "by now all that waited has been read");
    }
}
