package io.lacewing.persistence.codec;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicName;
import org.jspecify.annotations.Nullable;

/** One {@link Message} as bytes. What is seldom there (expiry, publisher, version, properties) costs a bit when absent. */
public final class MessageCodec {
    private static final int VERSION = 1;
    private static final byte[] NONE = new byte[0];

    private static final int QOS = 3;
    private static final int RETAIN = 1 << 2;
    private static final int EXPIRES = 1 << 3;
    private static final int PUBLISHER = 1 << 4;
    private static final int RETAINED_VERSION = 1 << 5;
    private static final int PROPERTIES = 1 << 6;

    private MessageCodec() {}

    /** A message by itself, with a version byte in front. */
    public static byte[] encode(Message message) {
        BinaryWriter out = new BinaryWriter(message.size());
        out.writeByte(VERSION);
        write(out, message);
        return out.toByteArray();
    }

    /**
     * What {@link #encode} gave.
     *
     * @throws CodecException if the version is unknown or the bytes are corrupt
     */
    public static Message decode(byte[] bytes) {
        BinaryReader in = new BinaryReader(bytes);
        in.expectVersion(VERSION, "a message");
        Message message = read(in);
        in.expectEnd("a message");
        return message;
    }

    /** Writes a message inside an encoding that has its own version byte. */
    public static void write(BinaryWriter out, Message message) {
        String publisher = message.publisher();
        int flags = message.qos().value()
                | (message.retain() ? RETAIN : 0)
                | (message.expiresAt() != Message.NEVER ? EXPIRES : 0)
                | (publisher != null ? PUBLISHER : 0)
                | (message.retainedVersion() != 0 ? RETAINED_VERSION : 0)
                | (message.properties().length > 0 ? PROPERTIES : 0);
        out.writeByte(flags);
        out.writeBytes(message.topic().utf8());
        out.writeBytes(message.payload());
        if ((flags & EXPIRES) != 0) {
            out.writeLong(message.expiresAt());
        }
        if (publisher != null) {
            out.writeString(publisher);
        }
        if ((flags & RETAINED_VERSION) != 0) {
            out.writeVarLong(message.retainedVersion());
        }
        if ((flags & PROPERTIES) != 0) {
            out.writeBytes(message.properties());
        }
    }

    /** Reads what {@link #write} wrote. */
    public static Message read(BinaryReader in) {
        int flags = in.readByte();
        if (flags >= PROPERTIES << 1 || (flags & QOS) == QOS) {
            throw new CodecException("a message with the flags 0x" + Integer.toHexString(flags));
        }
        TopicName topic = topic(in.readBytes());
        byte[] payload = in.readBytes();
        long expiresAt = (flags & EXPIRES) != 0 ? in.readLong() : Message.NEVER;
        @Nullable String publisher = (flags & PUBLISHER) != 0 ? in.readString() : null;
        long version = (flags & RETAINED_VERSION) != 0 ? in.readVarLong() : 0;
        byte[] properties = (flags & PROPERTIES) != 0 ? in.readBytes() : NONE;
        return new Message(
                topic, payload, Qos.of(flags & QOS), (flags & RETAIN) != 0, expiresAt, properties, publisher, version);
    }

    private static TopicName topic(byte[] utf8) {
        try {
            return TopicName.ofUtf8(utf8, 0, utf8.length);
        } catch (TopicException e) {
            throw new CodecException("a message with an impossible topic", e);
        }
    }
}
