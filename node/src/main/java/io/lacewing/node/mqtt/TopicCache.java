package io.lacewing.node.mqtt;

import io.lacewing.router.TopicException;
import io.lacewing.router.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * The topic names that one event loop saw last, found by their bytes: a known topic costs a hash and a comparison, and
 * neither a check nor an object. Bounded: each of the {@value #SLOTS} slots holds the last topic that hashed to it, and
 * topics over {@value #MAX_LENGTH} bytes are not kept.
 */
final class TopicCache {
    private static final int SLOTS = 1024;
    private static final int MAX_LENGTH = 256;

    private final @Nullable TopicName[] slots = new @Nullable TopicName[SLOTS];

    /**
     * The topic of the first {@code length} bytes.
     *
     * @throws PacketException if they are no valid topic name
     */
    TopicName get(byte[] utf8, int length) {
        if (length > MAX_LENGTH) {
            return parse(utf8, length);
        }
        int hash = 1;
        for (int i = 0; i < length; i++) {
            hash = 31 * hash + utf8[i];
        }
        int slot = (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SLOTS - 1);
        TopicName known = slots[slot];
        if (known != null) {
            byte[] bytes = known.utf8();
            if (Arrays.equals(bytes, 0, bytes.length, utf8, 0, length)) {
                return known;
            }
        }
        TopicName topic = parse(utf8, length);
        slots[slot] = topic;
        return topic;
    }

    private static TopicName parse(byte[] utf8, int length) {
        Utf8.check(utf8, length);
        try {
            return TopicName.ofUtf8(utf8, 0, length);
        } catch (TopicException e) {
            throw PacketException.protocolError(String.valueOf(e.getMessage()));
        }
    }
}
