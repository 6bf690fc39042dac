package io.lacewing.node.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.mqtt.MqttConnAckMessage;
import io.netty.handler.codec.mqtt.MqttMessage;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * The socket that vertx-mqtt believes it works on. What it reads is what {@link Wire} delivers; what it writes is its
 * CONNACK, which is the sign to send ours; and what it closes is our connection. The parts of a Vert.x socket that
 * vertx-mqtt has no use for are refused, loudly: nobody else gets hold of this object.
 */
final class MqttSocket implements NetSocketInternal {
    private final Wire wire;
    private final ChannelHandlerContext ctx;
    private @Nullable Handler<Object> messageHandler;
    private @Nullable Handler<Void> closeHandler;

    MqttSocket(Wire wire, ChannelHandlerContext ctx) {
        this.wire = wire;
        this.ctx = ctx;
    }

    /** Gives a packet to vertx-mqtt. */
    void deliver(MqttMessage message) {
        Handler<Object> to = messageHandler;
        if (to != null) {
            to.handle(message);
        }
    }

    /** Tells vertx-mqtt that the connection is gone. */
    void closed() {
        Handler<Void> to = closeHandler;
        closeHandler = null;
        if (to != null) {
            to.handle(null);
        }
    }

    @Override
    public ChannelHandlerContext channelHandlerContext() {
        return ctx;
    }

    @Override
    public Future<Void> writeMessage(Object message) {
        if (message instanceof MqttConnAckMessage) {
            wire.endpoint().writeConnack();
            return Future.succeededFuture();
        }
        return refused("write of " + message.getClass().getSimpleName());
    }

    @Override
    public NetSocketInternal messageHandler(Handler<Object> handler) {
        messageHandler = handler;
        return this;
    }

    /** WebSocket's handshake is of no interest here; its headers would stay in memory with the connection. */
    @Override
    public NetSocketInternal eventHandler(Handler<Object> handler) {
        return this;
    }

    /** Errors close the connection, of which {@link #closeHandler} tells. */
    @Override
    public NetSocketInternal exceptionHandler(Handler<Throwable> handler) {
        return this;
    }

    @Override
    public NetSocketInternal closeHandler(@Nullable Handler<Void> handler) {
        closeHandler = handler;
        return this;
    }

    /** Vertx-mqtt closes what a client has disconnected; that is for the {@link PacketHandler} to do, in its time. */
    @Override
    public Future<Void> close() {
        if (!wire.isDisconnected()) {
            wire.endpoint().close();
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> end() {
        return close();
    }

    @Override
    public SocketAddress remoteAddress() {
        return wire.endpoint().remoteAddress();
    }

    @Override
    public SocketAddress remoteAddress(boolean real) {
        return remoteAddress();
    }

    @Override
    public SocketAddress localAddress() {
        return address(ctx.channel().localAddress());
    }

    @Override
    public SocketAddress localAddress(boolean real) {
        return localAddress();
    }

    static SocketAddress address(java.net.@Nullable SocketAddress address) {
        return address instanceof InetSocketAddress inet
                ? SocketAddress.inetSocketAddress(inet)
                : SocketAddress.domainSocketAddress(String.valueOf(address));
    }

    @Override
    public boolean isSsl() {
        return sslHandler(ctx.channel()) != null;
    }

    @Override
    public @Nullable SSLSession sslSession() {
        SslHandler ssl = sslHandler(ctx.channel());
        return ssl == null ? null : ssl.engine().getSession();
    }

    private static @Nullable SslHandler sslHandler(Channel channel) {
        return channel.pipeline().get(SslHandler.class);
    }

    @Override
    public @Nullable String indicatedServerName() {
        return null;
    }

    @Override
    public @Nullable String applicationLayerProtocol() {
        return null;
    }

    @Override
    public List<Map.Entry<Buffer, Buffer>> proxyProtocolV2HeaderTLVs() {
        return List.of();
    }

    @Override
    public @Nullable String writeHandlerID() {
        return null;
    }

    @Override
    public boolean writeQueueFull() {
        return !wire.endpoint().isWritable();
    }

    @Override
    public NetSocketInternal pause() {
        wire.endpoint().pauseReading();
        return this;
    }

    @Override
    public NetSocketInternal resume() {
        wire.endpoint().resumeReading();
        return this;
    }

    @Override
    public Future<Void> write(Buffer data) {
        return refused("write of a buffer");
    }

    @Override
    public Future<Void> write(String text) {
        return refused("write of a string");
    }

    @Override
    public Future<Void> write(String text, String encoding) {
        return refused("write of a string");
    }

    @Override
    public Future<Void> sendFile(String filename, long offset, long length) {
        return refused("sendFile");
    }

    @Override
    public Future<Void> upgradeToSsl(@Nullable SSLOptions options, @Nullable String name, @Nullable Buffer upgrade) {
        return refused("upgradeToSsl");
    }

    @Override
    public NetSocketInternal handler(Handler<Buffer> handler) {
        throw new IllegalStateException(REFUSED + "handler");
    }

    @Override
    public NetSocketInternal fetch(long amount) {
        throw new IllegalStateException(REFUSED + "fetch");
    }

    @Override
    public NetSocketInternal endHandler(Handler<Void> handler) {
        throw new IllegalStateException(REFUSED + "endHandler");
    }

    @Override
    public NetSocketInternal setWriteQueueMaxSize(int maxSize) {
        throw new IllegalStateException(REFUSED + "setWriteQueueMaxSize");
    }

    @Override
    public NetSocketInternal drainHandler(Handler<Void> handler) {
        throw new IllegalStateException(REFUSED + "drainHandler");
    }

    @Override
    public NetSocketInternal readCompletionHandler(Handler<Void> handler) {
        throw new IllegalStateException(REFUSED + "readCompletionHandler");
    }

    @Override
    public NetSocketInternal shutdownHandler(@Nullable Handler<Duration> handler) {
        throw new IllegalStateException(REFUSED + "shutdownHandler");
    }

    private static final String REFUSED = "vertx-mqtt has no use for this part of its socket: ";

    private static Future<Void> refused(String what) {
        return Future.failedFuture(new IllegalStateException(REFUSED + what));
    }
}
