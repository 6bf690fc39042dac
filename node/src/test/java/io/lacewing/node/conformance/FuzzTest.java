package io.lacewing.node.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.conformance.fuzz.FuzzReport;
import io.lacewing.conformance.fuzz.Fuzzer;
import io.lacewing.node.BrokerFixture;
import io.lacewing.node.NoComplaints;
import io.lacewing.node.mqtt.NoLeaks;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Malformed inputs for some seconds: first always the same, then others each time. Longer by hand: {@code ./lacewing fuzz
 * --port P --inputs 10000000}.
 */
@ExtendWith({NoComplaints.class, NoLeaks.class})
class FuzzTest {
    private static final Duration TIME = Duration.ofSeconds(5);

    @Test
    void malformedInputsLeaveNothingBehind() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start("limits.maxSessionExpiry=0s")) {
            for (long seed : new long[] {1, System.nanoTime() >>> 20}) {
                FuzzReport report = new Fuzzer(
                                List.of(new InetSocketAddress(InetAddress.getLoopbackAddress(), broker.tcp())),
                                50,
                                Duration.ofSeconds(20))
                        .run(seed, Long.MAX_VALUE, TIME);
                assertEquals(List.of(), report.failures(), report.toString());
                assertTrue(report.inputs() > 100, report.toString());
                assertTrue(report.answers().containsKey("DISCONNECT 0x81"), report.toString());
            }
        }
    }
}
