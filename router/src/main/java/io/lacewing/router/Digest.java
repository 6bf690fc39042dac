package io.lacewing.router;

import java.util.ArrayList;
import java.util.List;

/**
 * A summary of a table of versioned records, by which two nodes find out cheaply whether their copies are the same, and
 * if not, in which hash ranges they differ. The records of a range are summed up, each as a hash of key and version, so
 * the order of changes plays no part and a change costs one addition. Not for proof against an adversary.
 *
 * <p>Mutable: one owning thread. The hashes are the same on every machine and are part of the protocol between nodes.
 */
public final class Digest {
    /** How many ranges the key hashes fall into. */
    public static final int RANGES = 64;

    private static final int RANGE_SHIFT = Long.SIZE - 6;

    private final long[] sums = new long[RANGES];

    /** Counts in the record of {@code keyHash} with {@code version}. */
    public void add(long keyHash, long version) {
        sums[rangeOf(keyHash)] += mix(keyHash + mix(version));
    }

    /** Counts out what {@link #add} counted in. */
    public void remove(long keyHash, long version) {
        sums[rangeOf(keyHash)] -= mix(keyHash + mix(version));
    }

    /** The sums of all ranges, a copy: what a node sends to compare. */
    public long[] sums() {
        return sums.clone();
    }

    /**
     * The ranges, ascending, in which this table and the one of {@code others} differ.
     *
     * @throws IllegalArgumentException if {@code others} has another number of ranges
     */
    public List<Integer> differences(long[] others) {
        if (others.length != RANGES) {
            throw new IllegalArgumentException(others.length + " ranges instead of " + RANGES);
        }
        List<Integer> ranges = new ArrayList<>();
        for (int i = 0; i < RANGES; i++) {
            if (sums[i] != others[i]) {
                ranges.add(i);
            }
        }
        return ranges;
    }

    /** The range, 0 to {@link #RANGES} - 1, of a key. */
    public static int rangeOf(long keyHash) {
        return (int) (keyHash >>> RANGE_SHIFT);
    }

    /** A 64-bit hash of {@code key}. */
    public static long hash(byte[] key) {
        return hash(0, key);
    }

    /** A 64-bit hash of {@code key} and a number, for keys of more than one part. */
    public static long hash(long part, byte[] key) {
        // FNV-1a over the bytes, begun with the number; the mix behind it spreads what FNV leaves in the low bits.
        long h = 0xcbf29ce484222325L ^ mix(part);
        for (byte b : key) {
            h = (h ^ (b & 0xff)) * 0x100000001b3L;
        }
        return mix(h + key.length);
    }

    /** A bijection that spreads every bit over all: the finalizer of splitmix64, by David Stafford. */
    static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
