package io.lacewing.node.connection;

import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;

/**
 * How large topic names and filters may be.
 *
 * @param levels the most levels
 * @param bytes the most bytes in UTF-8
 */
public record TopicBounds(int levels, int bytes) {
    boolean allow(TopicName topic) {
        return topic.utf8().length <= bytes && topic.levelCount() <= levels;
    }

    boolean allow(TopicFilter filter) {
        return filter.utf8().length <= bytes && filter.levelCount() <= levels;
    }
}
