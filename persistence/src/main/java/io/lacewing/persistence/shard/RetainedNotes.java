package io.lacewing.persistence.shard;

import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a session delivered live between the making of a subscription and the arrival of its retained messages, so that
 * an older retained message does not come after a newer live one. Bounded: once a subscription has its most notes no
 * more topics are noted, and for those a stale copy may come late. Valid for the connection.
 */
final class RetainedNotes {
    private final Map<TopicFilter, Map<String, Long>> open = new LinkedHashMap<>();

    Map<TopicFilter, Map<String, Long>> open() {
        return open;
    }

    /** A subscription was made that will get retained messages. */
    void open(TopicFilter filter) {
        open.put(filter, new LinkedHashMap<>());
    }

    /** The retained messages have come, or the subscription has gone. Gives the versions seen by topic. */
    Map<String, Long> close(TopicFilter filter) {
        Map<String, Long> seen = open.remove(filter);
        return seen == null ? Map.of() : seen;
    }

    /** Puts back a note from a snapshot. */
    void restore(TopicFilter filter, String topic, long version) {
        Map<String, Long> seen = open.get(filter);
        if (seen != null) {
            seen.put(topic, version);
        }
    }

    /** A live message that set the retained message of its topic goes to the session. */
    void saw(Message message, int maxNotes) {
        open.forEach((filter, seen) -> {
            String topic = message.topic().value();
            if (filter.matches(message.topic()) && (seen.size() < maxNotes || seen.containsKey(topic))) {
                seen.merge(topic, message.retainedVersion(), Math::max);
            }
        });
    }
}
