package io.lacewing.lab.history;

import java.util.Arrays;

/** The publishes of one client, numbered from 0. Thread-safe. */
public final class Sends {
    private static final byte RETAIN = 4;
    private static final byte REMOVAL = 8;
    private static final byte QOS = 3;
    private static final byte REFUSED = 16;
    private static final byte GIVEN_UP = 32;
    private static final int FIRST_CAPACITY = 64;

    private final History history;
    private int[] topics = new int[FIRST_CAPACITY];
    private byte[] flags = new byte[FIRST_CAPACITY];
    private long[] sentAt = new long[FIRST_CAPACITY];
    private long[] answeredAt = new long[FIRST_CAPACITY];
    private int count;

    Sends(History history) {
        this.history = history;
    }

    /** How a message is published. */
    public enum Manner {
        PLAIN(0),
        RETAINED(RETAIN),
        REMOVES_RETAINED(RETAIN | REMOVAL);

        private final int flags;

        Manner(int flags) {
            this.flags = flags;
        }
    }

    /** A publish begins, before its first byte is sent; gives its number. */
    public synchronized int begin(int topic, int qos, Manner manner) {
        history.take();
        if (count == topics.length) {
            topics = Arrays.copyOf(topics, 2 * count);
            flags = Arrays.copyOf(flags, 2 * count);
            sentAt = Arrays.copyOf(sentAt, 2 * count);
            answeredAt = Arrays.copyOf(answeredAt, 2 * count);
        }
        topics[count] = topic;
        flags[count] = (byte) (qos | manner.flags);
        sentAt[count] = history.now();
        answeredAt[count] = History.NEVER;
        return count++;
    }

    /** PUBACK or PUBREC came without an error: from now on the message is the broker's. */
    public synchronized void acknowledged(int number) {
        answeredAt[number] = Math.min(answeredAt[number], history.now());
    }

    /** PUBACK or PUBREC came with an error. */
    public synchronized void refused(int number) {
        flags[number] |= REFUSED;
    }

    /** The client does not send it again, and no answer will be heard. */
    public synchronized void givenUp(int number) {
        flags[number] |= GIVEN_UP;
    }

    /** How many there are. */
    public synchronized int count() {
        return count;
    }

    public synchronized int topic(int number) {
        return topics[number];
    }

    public synchronized int qos(int number) {
        return flags[number] & QOS;
    }

    public synchronized boolean retained(int number) {
        return (flags[number] & RETAIN) != 0;
    }

    /** Whether it removes what is retained. */
    public synchronized boolean removes(int number) {
        return (flags[number] & REMOVAL) != 0;
    }

    public synchronized boolean wasRefused(int number) {
        return (flags[number] & REFUSED) != 0;
    }

    public synchronized boolean wasGivenUp(int number) {
        return (flags[number] & GIVEN_UP) != 0;
    }

    public synchronized long sentAt(int number) {
        return sentAt[number];
    }

    /** When it was acknowledged; {@link History#NEVER} if it was not. */
    public synchronized long acknowledgedAt(int number) {
        return answeredAt[number];
    }

    /** The times of all acknowledgements, in ascending order. */
    synchronized long[] acknowledgements() {
        return Arrays.stream(answeredAt, 0, count)
                .filter(at -> at != History.NEVER)
                .sorted()
                .toArray();
    }
}
