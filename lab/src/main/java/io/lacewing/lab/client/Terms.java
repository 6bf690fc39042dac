package io.lacewing.lab.client;

/**
 * What a client asks for in its CONNECT.
 *
 * @param expiry the session expiry interval in seconds
 */
public record Terms(boolean cleanStart, long expiry) {
    private static final long HOUR = 3_600;

    /** A session that outlives connections for an hour. */
    public static final Terms PERSISTENT = new Terms(false, HOUR);

    /** A session that ends with its connection; an older one ends too. */
    public static final Terms TRANSIENT = new Terms(true, 0);

    /** A session that ends with its connection; an older one is asked for. */
    public static final Terms LAST = new Terms(false, 0);
}
