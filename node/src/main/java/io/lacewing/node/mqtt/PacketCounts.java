package io.lacewing.node.mqtt;

import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How many packets and bytes of MQTT went through a listener since it was started. Grows only. Each event loop writes its
 * own; anyone may read, and sees every loop's numbers a little late.
 */
public final class PacketCounts {
    private static final int TYPES = 16;
    private static final int BYTES_RECEIVED = 2 * TYPES;
    private static final int BYTES_SENT = BYTES_RECEIVED + 1;

    private final AtomicLongArray counts = new AtomicLongArray(BYTES_SENT + 1);

    PacketCounts() {}

    /** Packets of a type of {@link PacketType} that came from clients. */
    public long received(int type) {
        return counts.get(type);
    }

    /** Packets of a type of {@link PacketType} that went to clients. */
    public long sent(int type) {
        return counts.get(TYPES + type);
    }

    /** Bytes of all packets that came from clients. */
    public long bytesReceived() {
        return counts.get(BYTES_RECEIVED);
    }

    /** Bytes of all packets that went to clients. */
    public long bytesSent() {
        return counts.get(BYTES_SENT);
    }

    void countReceived(int type, int bytes) {
        add(type, 1);
        add(BYTES_RECEIVED, bytes);
    }

    void countSent(int type, int bytes) {
        add(TYPES + type, 1);
        add(BYTES_SENT, bytes);
    }

    /** Adds all of {@code other}; for sums, which belong to their reader. */
    void add(PacketCounts other) {
        for (int i = 0; i < counts.length(); i++) {
            add(i, other.counts.get(i));
        }
    }

    /** One writer: no atomic addition is needed, and none is paid for. */
    private void add(int index, long value) {
        counts.lazySet(index, counts.getPlain(index) + value);
    }
}
