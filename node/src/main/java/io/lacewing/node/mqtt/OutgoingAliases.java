package io.lacewing.node.mqtt;

import io.lacewing.router.TopicName;
import java.util.HashMap;
import java.util.Map;

/**
 * The topic aliases towards one client that allows some [MQTT-3.1.2-26]: first come, first served. Owned by the connection's
 * event loop.
 */
final class OutgoingAliases {
    /** An alias costs three bytes of its own. */
    private static final int SHORTEST_TOPIC = 4;

    private final Map<TopicName, Integer> known = new HashMap<>(4);
    private final int most;

    OutgoingAliases(int most) {
        this.most = most;
    }

    /** The alias of a topic as {@link PublishEncoder} wants it: known, new or none. */
    int of(TopicName topic) {
        if (topic.utf8().length < SHORTEST_TOPIC) {
            return 0;
        }
        Integer alias = known.get(topic);
        if (alias != null) {
            return -alias;
        }
        return known.size() < most ? known.size() + 1 : 0;
    }

    /** A packet on its way sets the alias. */
    void set(TopicName topic, int alias) {
        known.put(topic, alias);
    }
}
