package io.lacewing.node.cluster;

import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A client of either protocol version. When it loses its connection it goes to the next of its ports. */
interface TestClient {
    /** What it is to be. */
    record Settings(String id, List<Integer> ports, boolean persistent, boolean reconnects) {
        /** The port to try after {@code port}. */
        int after(int port) {
            return ports.get((ports.indexOf(port) + 1) % ports.size());
        }
    }

    /** A message that came. */
    record Incoming(String topic, String payload, int qos, boolean retain) {}

    /** Is told of messages. */
    interface Inbox {
        void take(Incoming message);
    }

    /** A new client, not connected. */
    static TestClient of(int version, Settings settings, Inbox inbox) {
        return version == 5 ? new ClientV5(settings, inbox) : new ClientV3(settings, inbox);
    }

    /** Done with whether a session was present. */
    CompletableFuture<Boolean> connect();

    /** Done when acknowledged; failed if refused. */
    CompletableFuture<Void> subscribe(String filter, int qos);

    /** Done when acknowledged, for QoS 0 when written; failed if refused. */
    CompletableFuture<Void> publish(String topic, String payload, int qos, boolean retain);

    /** Done when the connection has ended for the first time after it was made. */
    CompletableFuture<Void> disconnected();

    /** Ends it; its session stays, if it is persistent. */
    CompletableFuture<Void> disconnect();

    /** Waits for something of a client. */
    static <T> T await(CompletableFuture<T> future) {
        try {
            return future.get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new AssertionError(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
