package io.lacewing.router;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The retained messages by topic (3.3.1.3). Immutable: a change makes a new index that shares nearly everything with the
 * old one, so a reader takes a snapshot without locks. It doesn't know what an empty payload or an expiry means: who
 * keeps it does.
 */
public final class RetainedIndex {
    private static final RetainedIndex EMPTY = new RetainedIndex(LevelTrie.empty(), 0, 0);

    private final LevelTrie<Message> topics;
    private final int size;
    private final long bytes;

    private RetainedIndex(LevelTrie<Message> topics, int size, long bytes) {
        this.topics = topics;
        this.size = size;
        this.bytes = bytes;
    }

    /** The index without messages. */
    public static RetainedIndex empty() {
        return EMPTY;
    }

    /** This index with {@code message} as the retained one of its topic, in place of an older one [MQTT-3.3.1-5]. */
    public RetainedIndex with(Message message) {
        Message old = get(message.topic());
        return new RetainedIndex(
                topics.with(message.topic().utf8(), 0, message),
                old == null ? size + 1 : size,
                bytes + message.size() - (old == null ? 0 : old.size()));
    }

    /** This index without a message for {@code topic} [MQTT-3.3.1-6]; this index itself if it has none. */
    public RetainedIndex without(TopicName topic) {
        Message old = get(topic);
        if (old == null) {
            return this;
        }
        return size == 1 ? EMPTY : new RetainedIndex(topics.without(topic.utf8(), 0), size - 1, bytes - old.size());
    }

    /** The message retained for {@code topic}, or null. */
    public @Nullable Message get(TopicName topic) {
        return topics.get(topic.utf8(), 0);
    }

    /**
     * The messages whose topics {@code filter} covers, by 4.7.1 and 4.7.2 [MQTT-4.7.2-1], each once, in an order that
     * depends only on the content. Lazy: taking one costs one step, and the index can't change meanwhile, so that a large
     * result may be sent bit by bit. Where few of many are covered it may take long until the next one is found: who can't
     * wait for that {@linkplain BoundedIterator#seek seeks} it. The iterator belongs to one thread.
     */
    public BoundedIterator<Message> matching(TopicFilter filter) {
        return new TopicWalk<>(topics, filter);
    }

    /** Visits what {@link #matching} finds. */
    public void match(TopicFilter filter, Consumer<? super Message> visitor) {
        matching(filter).forEachRemaining(visitor);
    }

    /**
     * True if a message may be retained: there are fewer than {@code most}, or one of its topic that it replaces; and with it
     * all are no more than {@code mostBytes}, or it is no larger than the one that it replaces.
     *
     * @param topic its topic
     * @param bytes its {@link Message#size}
     */
    public boolean hasRoomFor(TopicName topic, int bytes, int most, long mostBytes) {
        if (size < most && this.bytes + bytes <= mostBytes) {
            return true;
        }
        Message old = get(topic);
        return old != null && (bytes <= old.size() || this.bytes - old.size() + bytes <= mostBytes);
    }

    /** How many messages there are. */
    public int size() {
        return size;
    }

    /** The sum of their {@link Message#size}, in bytes. */
    public long bytes() {
        return bytes;
    }
}
