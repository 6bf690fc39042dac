package io.lacewing.persistence.codec;

import io.lacewing.router.Message;
import io.lacewing.router.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * Lets messages that are kept share the objects of their topic and their publisher, which each decoding makes anew: of small
 * messages these are the greater part. Remembers the last few of each, short ones only, so it is small itself. What is
 * shared does not show: equal objects take the place of equal ones. One thread.
 */
public final class SharedParts {
    private static final int SLOTS = 128;
    private static final int LONGEST = 128;

    private @Nullable TopicName @Nullable [] topics;
    private @Nullable String @Nullable [] publishers;

    /** The message with the given expiry as a new object, its topic and publisher shared where they can be. */
    public Message copy(Message message, long expiresAt) {
        return new Message(
                topic(message.topic()),
                message.payload(),
                message.qos(),
                message.retain(),
                expiresAt,
                message.properties(),
                publisher(message.publisher()),
                message.retainedVersion());
    }

    private TopicName topic(TopicName topic) {
        if (topic.utf8().length > LONGEST) {
            return topic;
        }
        @Nullable TopicName[] known = topics;
        if (known == null) {
            known = new TopicName[SLOTS];
            topics = known;
        }
        int slot = slot(topic.hashCode());
        TopicName before = known[slot];
        if (before != null && before.equals(topic)) {
            return before;
        }
        known[slot] = topic;
        return topic;
    }

    private @Nullable String publisher(@Nullable String publisher) {
        if (publisher == null || publisher.length() > LONGEST) {
            return publisher;
        }
        @Nullable String[] known = publishers;
        if (known == null) {
            known = new String[SLOTS];
            publishers = known;
        }
        int slot = slot(publisher.hashCode());
        String before = known[slot];
        if (before != null && before.equals(publisher)) {
            return before;
        }
        known[slot] = publisher;
        return publisher;
    }

    private static int slot(int hash) {
        return (hash * 0x9E37_79B9) >>> 25; // the top 7 bits: one of 128
    }
}
