package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.net.BindException;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;

class BindFailureTest {
    @Test
    void aTakenPortIsTheFaultOfThePort() {
        String expected = "tcp: 0.0.0.0:1883 can't be bound: Address already in use; change listeners.0.port";
        assertEquals(expected, explain(new BindException("Address already in use")));
        assertEquals(expected, explain(new IOException("bind(..) failed with error(-98): Address already in use")));
    }

    @Test
    void anAddressOfAnotherMachineIsTheFaultOfTheHost() {
        assertEquals(
                "tcp: 0.0.0.0:1883 can't be bound: Cannot assign requested address; change listeners.0.host",
                explain(new IOException("bind(..) failed with error(-99): Cannot assign requested address")));
        assertEquals(
                "tcp: 0.0.0.0:1883 can't be bound: Failed to resolve 'x'; change listeners.0.host",
                explain(new UnknownHostException("Failed to resolve 'x'")));
    }

    @Test
    void aCauseWithoutWordsIsNamed() {
        assertEquals(
                "tcp: 0.0.0.0:1883 can't be bound: java.io.IOException; change listeners.0.port",
                explain(new IOException()));
    }

    private static String explain(Throwable cause) {
        return String.valueOf(BindFailure.of(cause)
                .explain("tcp: 0.0.0.0:1883", "listeners.0")
                .getMessage());
    }
}
