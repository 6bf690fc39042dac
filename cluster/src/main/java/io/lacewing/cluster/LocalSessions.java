package io.lacewing.cluster;

import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.List;

/** This node's transient sessions as the cluster sees them. Called on the core's context. */
public interface LocalSessions {

    /**
     * Gives a message to the transient sessions of this node.
     *
     * @param message the message
     * @param plain true: to all with a matching subscription that is not shared
     * @param groups to one member of each of these shared filters
     */
    void deliver(Message message, boolean plain, List<TopicFilter> groups);
}
