package io.lacewing.node.config;

import java.time.Duration;
import java.util.List;

/**
 * What the node keeps on its disk ({@code persistence.*}).
 *
 * @param durability whether it keeps anything there for clients; the same on all nodes of a cluster
 * @param fsync when what was written is forced to the device
 * @param fsyncInterval how often, if {@code fsync} is INTERVAL
 * @param maxDiskSize the most bytes that the journal takes
 */
public record JournalConfig(Durability durability, Fsync fsync, Duration fsyncInterval, long maxDiskSize) {
    private static final long LEAST = 256L << 20;

    static final Key<Durability> DURABILITY = new Key<>(
            "persistence.durability",
            KeyType.choice(Durability.class),
            "disk",
            "`disk`: sessions, queued and retained messages are also in a journal on each node that holds a copy, and"
                    + " survive a stop of all nodes. `memory`: they are lost when all nodes that hold a copy stop. The"
                    + " same on all nodes.");
    static final Key<Fsync> FSYNC = new Key<>(
            "persistence.fsync",
            KeyType.choice(Fsync.class),
            "interval",
            "When the journal is forced to the device. The end of the process loses nothing with any of them; it is the"
                    + " end of the machine that counts. `always`: before each acknowledgement; nothing is lost."
                    + " `interval`: every `persistence.fsyncInterval`; if all machines that hold a copy go down together,"
                    + " what was acknowledged since the last time is lost. `never`: when the operating system does it,"
                    + " often after 30 s; so much is lost then.");
    static final Key<Duration> FSYNC_INTERVAL = new Key<>(
            "persistence.fsyncInterval",
            KeyType.duration(Duration.ofMillis(10), Duration.ofSeconds(10)),
            "100ms",
            "How often the journal is forced with `persistence.fsync: interval`.");
    static final Key<Long> MAX_DISK_SIZE = new Key<>(
            "persistence.maxDiskSize",
            KeyType.size(LEAST, 1L << 44),
            "10GiB",
            "Most bytes that the journal takes. At it the node acknowledges nothing and is not ready until there is room"
                    + " again.");
    static final List<Key<?>> KEYS = List.of(DURABILITY, FSYNC, FSYNC_INTERVAL, MAX_DISK_SIZE);

    static JournalConfig from(Settings settings) {
        return new JournalConfig(
                settings.get(DURABILITY),
                settings.get(FSYNC),
                settings.get(FSYNC_INTERVAL),
                settings.get(MAX_DISK_SIZE));
    }

    /** True if the node keeps a journal. */
    public boolean isDurable() {
        return durability == Durability.DISK;
    }
}
