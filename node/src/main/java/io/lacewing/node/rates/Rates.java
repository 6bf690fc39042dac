package io.lacewing.node.rates;

/**
 * How much may be sent per second in each direction, seen from the broker; 0 for no bound.
 *
 * @param messagesIn PUBLISH packets taken
 * @param bytesIn bytes of all packets taken
 * @param messagesOut PUBLISH packets sent
 * @param bytesOut bytes of PUBLISH packets sent
 */
public record Rates(long messagesIn, long bytesIn, long messagesOut, long bytesOut) {
    /** No bounds. */
    public static final Rates NONE = new Rates(0, 0, 0, 0);

    boolean boundsIn() {
        return messagesIn > 0 || bytesIn > 0;
    }

    boolean boundsOut() {
        return messagesOut > 0 || bytesOut > 0;
    }
}
