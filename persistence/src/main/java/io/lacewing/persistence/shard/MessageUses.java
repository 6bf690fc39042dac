package io.lacewing.persistence.shard;

import io.lacewing.router.Message;
import org.jspecify.annotations.Nullable;

/**
 * How many places hold each message object: an open-addressing table by identity, without an object per message. A shard may
 * have hundreds of thousands. One thread.
 */
public final class MessageUses {
    private static final int FIRST_CAPACITY = 16;

    /** By message, from its home slot on; the table is at most half full and its size a power of two. */
    private @Nullable Message[] messages = new Message[FIRST_CAPACITY];

    private int[] uses = new int[FIRST_CAPACITY];
    private int size;

    /** One use more; true if it is the first. */
    public boolean add(Message message) {
        int slot = find(message);
        if (messages[slot] != null) {
            uses[slot]++;
            return false;
        }
        messages[slot] = message;
        uses[slot] = 1;
        size++;
        if (size > messages.length / 2) {
            resize(messages.length * 2);
        }
        return true;
    }

    /**
     * One use less; true if it was the last.
     *
     * @throws IllegalStateException if there was none
     */
    public boolean remove(Message message) {
        int slot = find(message);
        if (messages[slot] == null) {
            throw new IllegalStateException("a message was released that nobody holds");
        }
        uses[slot]--;
        if (uses[slot] > 0) {
            return false;
        }
        clear(slot);
        size--;
        if (messages.length > FIRST_CAPACITY && size < messages.length / 8) {
            resize(messages.length / 2);
        }
        return true;
    }

    /** True if a place holds the message. */
    boolean contains(Message message) {
        return messages[find(message)] != null;
    }

    int size() {
        return size;
    }

    /** The slot of the message, or the free one where it belongs. */
    @SuppressWarnings("ReferenceEquality") // equal messages of two publishers are two
    private int find(Message message) {
        int mask = messages.length - 1;
        int slot = home(message, mask);
        while (messages[slot] != null && messages[slot] != message) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Frees a slot and moves up what was put behind it, so that a search never meets a hole. */
    private void clear(int freed) {
        int mask = messages.length - 1;
        int hole = freed;
        int slot = freed;
        while (true) {
            messages[hole] = null;
            Message next;
            do {
                slot = (slot + 1) & mask;
                next = messages[slot];
                if (next == null) {
                    return;
                }
            } while (((slot - home(next, mask)) & mask) < ((slot - hole) & mask));
            messages[hole] = next;
            uses[hole] = uses[slot];
            hole = slot;
        }
    }

    private void resize(int capacity) {
        @Nullable Message[] oldMessages = messages;
        int[] oldUses = uses;
        messages = new Message[capacity];
        uses = new int[capacity];
        for (int i = 0; i < oldMessages.length; i++) {
            Message message = oldMessages[i];
            if (message != null) {
                int slot = find(message);
                messages[slot] = message;
                uses[slot] = oldUses[i];
            }
        }
    }

    private static int home(Message message, int mask) {
        int hash = System.identityHashCode(message) * 0x9E37_79B9;
        return (hash ^ (hash >>> 16)) & mask;
    }
}
