package io.lacewing.node.overload;

/**
 * What was measured at one moment. Parts are of the whole: 1.0 is all there is.
 *
 * @param heap the part of the heap that was in use after it was last collected
 * @param direct the part of the memory outside the heap that network buffers have
 * @param buffers the part of {@code overload.maxBufferedBytes} that clients take
 * @param sessions the part of {@code overload.maxTransientBytes} that clients take
 * @param lagMillis how long a task waits for the slowest event loop, or for the core
 */
public record Sample(double heap, double direct, double buffers, double sessions, long lagMillis) {
    /** Nothing at all. */
    public static final Sample IDLE = new Sample(0, 0, 0, 0, 0);

    /** The largest part. */
    double fullest() {
        return Math.max(Math.max(heap, direct), Math.max(buffers, sessions));
    }

    /** The name of the largest part. */
    String fullestName() {
        double most = fullest();
        if (heap == most) {
            return "heap";
        }
        if (direct == most) {
            return "direct memory";
        }
        return buffers == most ? "network buffers" : "transient sessions";
    }
}
