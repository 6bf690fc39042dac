package io.lacewing.conformance.suite;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** The way on which packets go to a broker and back. Used by one thread at a time. */
interface Channel {

    /** Sends all bytes in one write. */
    void send(byte[]... packets) throws IOException;

    /**
     * The next whole packet, fixed header included.
     *
     * @return null if the broker has closed the connection
     * @throws SocketTimeoutException if there was none in time
     * @throws IOException if the connection broke
     * @throws io.lacewing.conformance.wire.MalformedException if what came is no packet at all
     */
    byte @Nullable [] receive(Duration within) throws IOException;

    /** Shuts this side down: nothing more is sent, but what the broker sends still comes. */
    void finish() throws IOException;

    /** Tears the connection down. */
    void close();
}
