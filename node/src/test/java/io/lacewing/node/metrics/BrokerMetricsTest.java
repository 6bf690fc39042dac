package io.lacewing.node.metrics;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BrokerMetricsTest {
    private final Metrics metrics = new Metrics("1.2.3", "test");
    private final LoopMetrics loop = metrics.broker().addLoop();
    private final LoopMetrics other = metrics.broker().addLoop();

    @AfterEach
    void close() {
        metrics.close();
    }

    @Test
    void countsOfAllLoopsAreSummed() {
        loop.connectionOpened();
        loop.connectionOpened();
        other.connectionOpened();
        other.connectionClosed();
        assertShown("lacewing_connections 2.0");
        assertShown("lacewing_connections_opened_total 3.0");
        assertShown("lacewing_connections_closed_total 1.0");
        assertEquals(2, metrics.broker().connections());
    }

    @Test
    void packetsAreShownByTypeAsTheyAreCountedElsewhere() {
        metrics.broker().showPackets(new PacketReader() {
            @Override
            public long received(int type) {
                return type;
            }

            @Override
            public long sent(int type) {
                return 100L + type;
            }

            @Override
            public long bytesReceived() {
                return 44;
            }

            @Override
            public long bytesSent() {
                return 55;
            }
        });
        assertShown("lacewing_packets_received_total{type=\"connect\"} 1.0");
        assertShown("lacewing_packets_received_total{type=\"auth\"} 15.0");
        assertShown("lacewing_packets_sent_total{type=\"publish\"} 103.0");
        assertShown("lacewing_bytes_received_total 44.0");
        assertShown("lacewing_bytes_sent_total 55.0");
    }

    @Test
    void everyCountHasItsOwnCell() {
        loop.messageReceived(0);
        loop.messageReceived(2);
        loop.messageSent(1);
        loop.messageDropped(DropCause.TOO_LARGE);
        loop.messagesDropped(DropCause.QUEUE_FULL, 7);
        loop.forwardsSent(5);
        loop.forwardsReceived(6);
        loop.connectAnswered(0);
        loop.connectAnswered(0x9F);
        loop.connectAnswered(0x97);
        assertShown("lacewing_messages_received_total{qos=\"0\"} 1.0");
        assertShown("lacewing_messages_received_total{qos=\"1\"} 0.0");
        assertShown("lacewing_messages_received_total{qos=\"2\"} 1.0");
        assertShown("lacewing_messages_sent_total{qos=\"1\"} 1.0");
        assertShown("lacewing_messages_dropped_total{cause=\"too_large\"} 1.0");
        assertShown("lacewing_messages_dropped_total{cause=\"queue_full\"} 7.0");
        assertShown("lacewing_messages_dropped_total{cause=\"expired\"} 0.0");
        assertShown("lacewing_forwards_sent_total 5.0");
        assertShown("lacewing_forwards_received_total 6.0");
        assertShown("lacewing_connects_total{reason=\"success\"} 1.0");
        assertShown("lacewing_connects_total{reason=\"connection_rate_exceeded\"} 1.0");
        assertShown("lacewing_connects_total{reason=\"quota_exceeded\"} 1.0");
        assertShown("lacewing_connects_total{reason=\"banned\"} 0.0");
    }

    @Test
    void aReasonThatConnackCannotCarryCountsAsUnspecified() {
        loop.connectAnswered(0x55);
        assertShown("lacewing_connects_total{reason=\"unspecified_error\"} 1.0");
    }

    @Test
    void gaugesShowWhatTheirPartSays() {
        metrics.broker().showSubscriptions(() -> 4);
        metrics.broker().showRetained(() -> 5, () -> 500);
        assertShown("lacewing_subscriptions 4.0");
        assertShown("lacewing_retained_messages 5.0");
        assertShown("lacewing_retained_bytes 500.0");
    }

    @Test
    void nothingIsLostOrCountedTwiceWhileOthersRead() throws InterruptedException {
        long rounds = 200_000;
        List<Thread> writers = new ArrayList<>();
        for (LoopMetrics mine : List.of(loop, other)) {
            writers.add(Thread.ofPlatform().start(() -> {
                for (long i = 0; i < rounds; i++) {
                    mine.connectionOpened();
                }
            }));
        }
        long last = 0;
        while (writers.stream().anyMatch(Thread::isAlive)) {
            long now = metrics.broker().connections();
            assertTrue(now >= last, "a count went back from " + last + " to " + now);
            last = now;
        }
        for (Thread writer : writers) {
            writer.join();
        }
        assertEquals(2 * rounds, metrics.broker().connections());
    }

    @Test
    void theJvmAndTheVersionAreShown() {
        String text = metrics.scrape();
        assertShown("lacewing_node{node=\"test\",version=\"1.2.3\"} 1.0");
        for (String name : List.of("jvm_memory_used_bytes", "jvm_threads_live_threads", "process_cpu_usage")) {
            assertTrue(text.contains("\n" + name), name);
        }
    }

    private void assertShown(String line) {
        assertTrue(metrics.scrape().lines().anyMatch(line::equals), line);
    }
}
