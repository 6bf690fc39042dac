package io.lacewing.persistence.codec;

import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.List;

/** Reads what {@link MessageTableWriter} wrote: one object per message, however often it is named. */
public final class MessageTableReader {
    private final List<Message> messages = new ArrayList<>();

    /** Reads the next message, or one that was there before. */
    public Message read(BinaryReader in) {
        int number = in.readVarInt();
        if (number > messages.size()) {
            throw new CodecException("message " + number + " named where " + messages.size() + " are known");
        }
        if (number == messages.size()) {
            messages.add(MessageCodec.read(in));
        }
        return messages.get(number);
    }
}
