package io.lacewing.node.auth;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;

/** What one client may do, as it was when this was made. Immutable; asked by any thread. */
public interface Rights {

    /** True if a message may be published with this topic, level and RETAIN flag. */
    boolean mayPublish(TopicName topic, Qos qos, boolean retain);

    /** True if a subscription to this filter may be had at this level. The group of a shared one plays no part. */
    boolean maySubscribe(TopicFilter filter, Qos qos);

    /** True if messages of this topic may be received, at some level: for those that wait for the client already. */
    boolean mayReceive(TopicName topic);

    /** Nothing is denied. */
    Rights ALL = new Rights() {
        @Override
        public boolean mayPublish(TopicName topic, Qos qos, boolean retain) {
            return true;
        }

        @Override
        public boolean maySubscribe(TopicFilter filter, Qos qos) {
            return true;
        }

        @Override
        public boolean mayReceive(TopicName topic) {
            return true;
        }
    };
}
