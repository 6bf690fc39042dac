package io.lacewing.persistence.codec;

import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Reads what {@link MessageTableWriter} wrote: one object per message, however often it is named. */
public final class MessageTableReader {
    private final List<Message> messages = new ArrayList<>();
    private final @Nullable SharedParts parts;

    /** For messages that are soon forgotten. */
    public MessageTableReader() {
        this.parts = null;
    }

    /** For messages that are kept: they share what they can. */
    public MessageTableReader(SharedParts parts) {
        this.parts = parts;
    }

    /** Reads the next message, or one that was there before. */
    public Message read(BinaryReader in) {
        int number = in.readVarInt();
        if (number > messages.size()) {
            throw new CodecException("message " + number + " named where " + messages.size() + " are known");
        }
        if (number == messages.size()) {
            Message message = MessageCodec.read(in);
            messages.add(parts == null ? message : parts.copy(message, message.expiresAt()));
        }
        return messages.get(number);
    }
}
