package io.lacewing.node;

import io.lacewing.node.metrics.PacketReader;
import io.lacewing.node.mqtt.MqttListener;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.ToLongFunction;

/** What all listeners of the node have counted. */
final class ListenerCounts implements PacketReader {
    private final List<MqttListener> listeners = new CopyOnWriteArrayList<>();

    void add(MqttListener listener) {
        listeners.add(listener);
    }

    private long sum(ToLongFunction<MqttListener> count) {
        long sum = 0;
        for (MqttListener listener : listeners) {
            sum += count.applyAsLong(listener);
        }
        return sum;
    }

    @Override
    public long received(int type) {
        return sum(listener -> listener.counts().received(type));
    }

    @Override
    public long sent(int type) {
        return sum(listener -> listener.counts().sent(type));
    }

    @Override
    public long bytesReceived() {
        return sum(listener -> listener.counts().bytesReceived());
    }

    @Override
    public long bytesSent() {
        return sum(listener -> listener.counts().bytesSent());
    }
}
