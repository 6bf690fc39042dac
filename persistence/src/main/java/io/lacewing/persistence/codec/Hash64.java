package io.lacewing.persistence.codec;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A fast 64-bit hash to find replicas that differ. It finds accidents, not attacks: whoever may write batches may
 * change state anyway. Eight bytes per step, each step a multiplication by an odd constant and a shift, so that a
 * difference in one step cannot vanish in that step.
 */
public final class Hash64 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long MULTIPLIER = 0x9E37_79B9_7F4A_7C15L;

    private Hash64() {}

    /** {@code hash} with {@code value} mixed in. */
    public static long mix(long hash, long value) {
        long h = (hash ^ value) * MULTIPLIER;
        return h ^ (h >>> 29);
    }

    /** {@code hash} with all of {@code bytes} mixed in, and their number. */
    public static long mix(long hash, byte[] bytes) {
        long h = mix(hash, bytes.length);
        int i = 0;
        for (; i + 8 <= bytes.length; i += 8) {
            h = mix(h, (long) LONG.get(bytes, i));
        }
        long tail = 0;
        for (; i < bytes.length; i++) {
            tail = (tail << 8) | (bytes[i] & 0xFF);
        }
        return mix(h, tail);
    }
}
