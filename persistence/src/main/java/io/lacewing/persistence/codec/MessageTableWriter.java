package io.lacewing.persistence.codec;

import io.lacewing.router.Message;
import java.util.IdentityHashMap;

/**
 * Writes messages into one encoding so that each is in it once: the first time whole, then by its number. "The same" is
 * the same object, so what shares a message before shares it again after {@link MessageTableReader} has read it.
 */
public final class MessageTableWriter {
    private final IdentityHashMap<Message, Integer> numbers = new IdentityHashMap<>();

    /** Writes the message or where it was written before. */
    public void write(BinaryWriter out, Message message) {
        Integer number = numbers.putIfAbsent(message, numbers.size());
        if (number != null) {
            out.writeVarInt(number);
        } else {
            out.writeVarInt(numbers.size() - 1);
            MessageCodec.write(out, message);
        }
    }
}
