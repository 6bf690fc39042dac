package io.lacewing.node.config;

import java.time.Duration;
import java.util.List;
import java.util.Objects;

/**
 * What a node does when clients give it more to do, or to hold, than it can ({@code overload.*}).
 *
 * @param enabled false: nobody watches; the two budgets hold all the same
 * @param maxBufferedBytes the most bytes of network buffers; 0: see {@link #effectiveBufferedBytes}
 * @param maxTransientBytes the most bytes of sessions that end with their connection; 0: an eighth of the maximum heap
 * @param refuseAt percent of a memory from which on new connections are refused
 * @param dropAt percent from which on QoS 0 messages are dropped; at least {@code refuseAt}
 * @param disconnectAt percent from which on clients are disconnected; at least {@code dropAt}
 * @param refuseLag how far behind event loops may be until new connections are refused
 * @param dropLag how far behind they may be until QoS 0 messages are dropped; at least {@code refuseLag}
 * @param disconnectsPerSecond the most clients that are disconnected in a second
 * @param recovery how long it must be better before a level ends
 */
public record OverloadConfig(
        boolean enabled,
        long maxBufferedBytes,
        long maxTransientBytes,
        int refuseAt,
        int dropAt,
        int disconnectAt,
        Duration refuseLag,
        Duration dropLag,
        int disconnectsPerSecond,
        Duration recovery) {
    private static final long LEAST = 1 << 20;

    static final Key<Boolean> ENABLED = new Key<>(
            "overload.enabled",
            KeyType.bool(),
            "true",
            "Whether the node watches its memory and its event loops, and sheds load when they are overloaded. Without it"
                    + " `overload.maxBufferedBytes` and `overload.maxTransientBytes` still hold.");
    static final Key<Long> MAX_BUFFERED_BYTES = new Key<>(
            "overload.maxBufferedBytes",
            KeyType.size(LEAST, 1L << 40),
            null,
            "Most bytes that all connections together have in network buffers: what their clients have not read yet, and"
                    + " packets that have not come whole. When they are taken, QoS 0 messages go only to clients that keep up,"
                    + " and the clients with most of them are disconnected. Without it a quarter of the memory that the JVM"
                    + " gives to such buffers, which is as much as the maximum heap.");
    static final Key<Long> MAX_TRANSIENT_BYTES = new Key<>(
            "overload.maxTransientBytes",
            KeyType.size(LEAST, 1L << 40),
            null,
            "Most bytes of messages that wait, or wait for their acknowledgement, in all sessions together that end with"
                    + " their connection; one that many wait for counts once per event loop. When they are taken, each such"
                    + " session keeps 16 messages and 64 KiB only, and those with most are disconnected. Without it an eighth"
                    + " of the maximum heap.");
    static final Key<Integer> REFUSE_AT = new Key<>(
            "overload.refuseAt",
            KeyType.integer(10, 100),
            "80",
            "Percent of the heap (what is alive after a collection), of the memory for buffers, or of one of the two"
                    + " budgets, from which on new connections are refused: 0x89, server busy; 3 before MQTT 5.");
    static final Key<Integer> DROP_AT = new Key<>(
            "overload.dropAt",
            KeyType.integer(10, 100),
            "88",
            "Percent from which on QoS 0 messages go only to clients that keep up, and publishers are read from a quarter"
                    + " of the time. At least `overload.refuseAt`.");
    static final Key<Integer> DISCONNECT_AT = new Key<>(
            "overload.disconnectAt",
            KeyType.integer(10, 100),
            "95",
            "Percent from which on the clients for which most waits are disconnected (0x97, quota exceeded, if it can"
                    + " still be said), until it is less. At least `overload.dropAt`.");
    static final Key<Duration> REFUSE_LAG = new Key<>(
            "overload.refuseLag",
            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "2s",
            "How long what is to be done may wait for an event loop, or for the core, three times in a row and for five"
                    + " seconds on end, until new connections are refused. A thread that stands still once, because the"
                    + " machine is busy, counts after half a minute only.");
    static final Key<Duration> DROP_LAG = new Key<>(
            "overload.dropLag",
            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "5s",
            "How long it may wait until QoS 0 messages are dropped and publishers slowed down as with `overload.dropAt`. At"
                    + " least `overload.refuseLag`.");
    static final Key<Integer> DISCONNECTS_PER_SECOND = new Key<>(
            "overload.disconnectsPerSecond",
            KeyType.integer(10, 100_000),
            "500",
            "Most clients that are disconnected in a second because of `overload.disconnectAt`.");
    static final Key<Duration> RECOVERY = new Key<>(
            "overload.recovery",
            KeyType.duration(Duration.ofMillis(100), Duration.ofMinutes(10)),
            "5s",
            "How long all that is measured must be a tenth below what a level begins at before that level ends and the"
                    + " one below it holds.");
    static final List<Key<?>> KEYS = List.of(
            ENABLED,
            MAX_BUFFERED_BYTES,
            MAX_TRANSIENT_BYTES,
            REFUSE_AT,
            DROP_AT,
            DISCONNECT_AT,
            REFUSE_LAG,
            DROP_LAG,
            DISCONNECTS_PER_SECOND,
            RECOVERY);

    static OverloadConfig from(Settings settings) {
        OverloadConfig config = new OverloadConfig(
                settings.get(ENABLED),
                Objects.requireNonNullElse(settings.find(MAX_BUFFERED_BYTES), 0L),
                Objects.requireNonNullElse(settings.find(MAX_TRANSIENT_BYTES), 0L),
                settings.get(REFUSE_AT),
                settings.get(DROP_AT),
                settings.get(DISCONNECT_AT),
                settings.get(REFUSE_LAG),
                settings.get(DROP_LAG),
                settings.get(DISCONNECTS_PER_SECOND),
                settings.get(RECOVERY));
        requireOrder(settings, REFUSE_AT, DROP_AT, config.refuseAt <= config.dropAt);
        requireOrder(settings, DROP_AT, DISCONNECT_AT, config.dropAt <= config.disconnectAt);
        requireOrder(settings, REFUSE_LAG, DROP_LAG, config.refuseLag.compareTo(config.dropLag) <= 0);
        return config;
    }

    private static void requireOrder(Settings settings, Key<?> first, Key<?> second, boolean holds) {
        if (!holds) {
            // Whichever was set is named with its place; the other one may be a default.
            String wrong = settings.isSet(second.name()) ? second.name() : first.name();
            throw settings.refuse(
                    wrong,
                    "the levels come one after the other: " + second.name() + " must be at least " + first.name()
                            + ", which is " + shown(settings.get(first)) + ", and is "
                            + shown(settings.get(second)));
        }
    }

    private static String shown(Object value) {
        return value instanceof Duration duration ? Quantity.formatDuration(duration) : value.toString();
    }

    /**
     * The most bytes of network buffers.
     *
     * @param direct the bytes that the JVM gives to all of them
     */
    public long effectiveBufferedBytes(long direct) {
        return maxBufferedBytes == 0 ? Math.max(LEAST, direct / 4) : maxBufferedBytes;
    }

    /** The most bytes of sessions that end with their connection. */
    public long effectiveTransientBytes() {
        return maxTransientBytes == 0 ? Math.max(LEAST, Runtime.getRuntime().maxMemory() / 8) : maxTransientBytes;
    }
}
