package io.lacewing.node.mqtt;

import io.lacewing.router.Message;
import io.lacewing.router.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * A message on its way to one or many clients. It is encoded once per kind of receiver, not once per receiver; make one
 * per message and give the same to all, on whichever event loops they live.
 *
 * <p>The first receiver of a kind has the message written straight to its connection. The second one shows that it is
 * worth while to keep the encoded form. Two event loops may both think so and encode it twice; the forms are equal and
 * immutable, so it does not matter which one is kept, and nothing here is locked or volatile.
 */
public final class Outbound {
    /** Longer payloads are not copied into a frame: they go to the connection as they are. */
    static final int MAX_COPIED_PAYLOAD = 8 * 1024;

    private static final int KINDS = 8;

    private final Message message;
    private PublishEncoder.@Nullable Frame @Nullable [] frames;
    private int uses;
    private @Nullable Outbound renamed;

    public Outbound(Message message) {
        this.message = message;
    }

    /** What is sent. */
    public Message message() {
        return message;
    }

    /** The same under another topic, as {@link #renamed(TopicName)} has made it; null if it has not. */
    public @Nullable Outbound renamed() {
        return renamed;
    }

    /** The same under another topic, for all receivers to whom it is not to go under its own; it is kept. */
    public Outbound renamed(TopicName topic) {
        Outbound made = new Outbound(message.withTopic(topic));
        renamed = made;
        return made;
    }

    /** The encoded form for receivers of this kind; null if it is not worth while to keep one. */
    PublishEncoder.@Nullable Frame frame(boolean v5, boolean withId, boolean withExpiry) {
        if (message.payload().length > MAX_COPIED_PAYLOAD) {
            return null;
        }
        int index = (v5 ? 4 : 0) | (withId ? 2 : 0) | (withExpiry ? 1 : 0);
        PublishEncoder.@Nullable Frame[] kept = frames;
        PublishEncoder.Frame frame = kept == null ? null : kept[index];
        if (frame == null && (uses & (1 << index)) != 0) {
            frame = PublishEncoder.Frame.of(message, v5, withId, withExpiry);
            if (kept == null) {
                kept = new PublishEncoder.@Nullable Frame[KINDS];
                frames = kept;
            }
            kept[index] = frame;
        }
        uses |= 1 << index;
        return frame;
    }
}
