package io.lacewing.node.mqtt;

import io.lacewing.node.mqtt.entrance.ListenerEntrance;
import io.lacewing.node.mqtt.entrance.Visit;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOption;

/** A connection, as its listener's entrance counts it; hears of its end. */
final class Arrival extends Visit implements ChannelFutureListener {
    private final Channel channel;

    Arrival(ListenerEntrance entrance, Channel channel) {
        super(entrance);
        this.channel = channel;
    }

    /** Without asking the handlers, of which TLS would want to say goodbye. */
    @Override
    protected void drop() {
        channel.eventLoop().execute(() -> {
            if (channel.isOpen()) {
                channel.config().setOption(ChannelOption.SO_LINGER, 0);
                channel.unsafe().close(channel.voidPromise());
            }
        });
    }

    @Override
    public void operationComplete(ChannelFuture closed) {
        left();
    }
}
