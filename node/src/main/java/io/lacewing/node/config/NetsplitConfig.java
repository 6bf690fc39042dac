package io.lacewing.node.config;

import java.time.Duration;
import java.util.List;

/**
 * What a node does that the others don't answer ({@code cluster.*}).
 *
 * @param policy what it does without a majority
 * @param pauseAfter for how long it goes on without hearing from one
 * @param pauseGrace for how long a paused node keeps its clients
 * @param silence after how long the others remove a node that says nothing
 */
public record NetsplitConfig(Netsplit policy, Duration pauseAfter, Duration pauseGrace, Duration silence) {
    static final Key<Netsplit> POLICY = new Key<>(
            "cluster.netsplit",
            KeyType.choice(Netsplit.class),
            "pause",
            "What a node does that a majority of the nodes does not answer. `pause`: it acknowledges nothing, lets no"
                    + " client in and sends its clients away, so nothing that was acknowledged is lost; of two nodes, each"
                    + " pauses without the other. `keep-serving`: it goes on; when the network heals, what one of the sides"
                    + " acknowledged meanwhile is lost. The same on all nodes.");
    static final Key<Duration> PAUSE_AFTER = new Key<>(
            "cluster.pauseAfter",
            KeyType.duration(Duration.ofMillis(500), Duration.ofSeconds(10)),
            "2s",
            "For how long a node goes on without an answer from a majority. So long, too, its shards wait after its death"
                    + " until others serve them. The same on all nodes.");
    static final Key<Duration> PAUSE_GRACE = new Key<>(
            "cluster.pauseGrace",
            KeyType.duration(Duration.ZERO, Duration.ofSeconds(60)),
            "1s",
            "How long a node that may not acknowledge keeps its clients, without reading from them, before it sends them"
                    + " away.");
    static final Key<Duration> SILENCE = new Key<>(
            "cluster.silence",
            KeyType.duration(Duration.ofSeconds(5), Duration.ofSeconds(60)),
            "5s",
            "After how long without a sign of life the others remove a node, in whole seconds. More than twice"
                    + " `cluster.pauseAfter`.");
    static final List<Key<?>> KEYS = List.of(POLICY, PAUSE_AFTER, PAUSE_GRACE, SILENCE);

    static NetsplitConfig from(Settings settings) {
        NetsplitConfig config = new NetsplitConfig(
                settings.get(POLICY), settings.get(PAUSE_AFTER), settings.get(PAUSE_GRACE), settings.get(SILENCE));
        if (config.silence.toMillis() % 1000 != 0) {
            throw settings.refuse(SILENCE.name(), "must be whole seconds");
        }
        if (config.silence.compareTo(config.pauseAfter.multipliedBy(2)) <= 0) {
            // Name the one that someone wrote, if only one was.
            String pause = Quantity.formatDuration(config.pauseAfter);
            if (settings.isSet(PAUSE_AFTER.name()) && !settings.isSet(SILENCE.name())) {
                throw settings.refuse(
                        PAUSE_AFTER.name(),
                        "must be less than half of cluster.silence, which is "
                                + Quantity.formatDuration(config.silence));
            }
            throw settings.refuse(SILENCE.name(), "must be more than twice cluster.pauseAfter, which is " + pause);
        }
        return config;
    }
}
