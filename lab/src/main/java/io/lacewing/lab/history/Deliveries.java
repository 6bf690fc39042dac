package io.lacewing.lab.history;

import java.util.Arrays;

/** The messages that one client got, in the order in which they came. Thread-safe. */
public final class Deliveries {
    private static final byte DUP = 1;
    private static final byte RETAIN = 2;
    private static final int FIRST_CAPACITY = 64;

    private final History history;
    private int[] publishers = new int[FIRST_CAPACITY];
    private int[] numbers = new int[FIRST_CAPACITY];
    private int[] connections = new int[FIRST_CAPACITY];
    private byte[] flags = new byte[FIRST_CAPACITY];
    private long[] at = new long[FIRST_CAPACITY];
    private int count;
    private int suppressed;

    Deliveries(History history) {
        this.history = history;
    }

    /**
     * A message came that the client passes on to its user.
     *
     * @param publisher the publishing client's index
     * @param connection the client's how manyeth connection this is
     */
    public synchronized void add(int publisher, int number, int connection, boolean dup, boolean retain) {
        history.take();
        if (count == numbers.length) {
            publishers = Arrays.copyOf(publishers, 2 * count);
            numbers = Arrays.copyOf(numbers, 2 * count);
            connections = Arrays.copyOf(connections, 2 * count);
            flags = Arrays.copyOf(flags, 2 * count);
            at = Arrays.copyOf(at, 2 * count);
        }
        publishers[count] = publisher;
        numbers[count] = number;
        connections[count] = connection;
        flags[count] = (byte) ((dup ? DUP : 0) | (retain ? RETAIN : 0));
        at[count] = history.now();
        count++;
    }

    /** A QoS 2 message came again under a packet identifier that was not released: the user does not see it. */
    public synchronized void suppressed() {
        suppressed++;
    }

    public synchronized int count() {
        return count;
    }

    /** How many came again at QoS 2 and were recognised by their packet identifier. */
    public synchronized int suppressedCount() {
        return suppressed;
    }

    public synchronized int publisher(int i) {
        return publishers[i];
    }

    public synchronized int number(int i) {
        return numbers[i];
    }

    public synchronized int connection(int i) {
        return connections[i];
    }

    public synchronized boolean dup(int i) {
        return (flags[i] & DUP) != 0;
    }

    /** Whether its RETAIN flag was set: it was stored, and is no new publish. */
    public synchronized boolean retain(int i) {
        return (flags[i] & RETAIN) != 0;
    }

    public synchronized long at(int i) {
        return at[i];
    }
}
