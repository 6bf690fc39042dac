package io.lacewing.node.mqtt;

import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelOption;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.websocketx.Utf8FrameValidator;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolConfig;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.VerticleBase;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.internal.net.NetSocketInternal;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.ServerSSLOptions;
import io.vertx.mqtt.MqttServer;
import io.vertx.mqtt.MqttServerOptions;
import org.jspecify.annotations.Nullable;

/**
 * One event loop's part of a listener: a vertx-mqtt server, and the work on the pipeline of each new connection. Vert.x
 * lets servers of the same port share it, and deals the connections out to them.
 *
 * <p>At rest a TCP connection's pipeline is one handler long: {@link Wire}, under Vert.x's name {@code handler}.
 * vertx-mqtt's codec is taken out at once, and its time-out for the CONNECT, with our {@link ConnectDeadline} in its
 * place, by itself at the CONNECT, and {@link FirstBytes} with it. A WebSocket connection has Netty's frame codec and protocol handler in front, one on TLS its {@link SslHandler} before all.
 */
final class ListenerVerticle extends VerticleBase {
    private static final String HANDLER = "handler";
    private static final String SUBPROTOCOLS = SubprotocolCheck.MQTT + "," + SubprotocolCheck.MQTT_V31;
    private static final String HANDSHAKE =
            "io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandshakeHandler";

    /** A request for a WebSocket has no body to speak of. */
    private static final int MAX_HTTP_BODY = 8 * 1024;

    /** How much a frame may hold beyond one packet: clients gather small packets. */
    private static final int FRAME_SLACK = 64 * 1024;

    /** How long the close of TLS may wait for a client that does not read. */
    private static final long CLOSE_NOTIFY_MILLIS = 1_000;

    private final ListenerOptions options;
    private final ConnectHandler connectHandler;
    private final int port;
    private volatile @Nullable Loop loop;
    private volatile @Nullable MqttServer server;
    private volatile @Nullable NetServer netServer;

    ListenerVerticle(ListenerOptions options, ConnectHandler connectHandler, int port) {
        this.options = options;
        this.connectHandler = connectHandler;
        this.port = port;
    }

    @Override
    public Future<?> start() {
        Loop own = new Loop(options, connectHandler, (ContextInternal) context);
        loop = own;
        HookedVertx hooked = new HookedVertx(
                (VertxInternal) vertx,
                new AcceptHandler(options.entrance(), options.overload(), options.connectTimeout()),
                (socket, vertxMqtt) -> connected(own, socket, vertxMqtt),
                own::handshakeFailed);
        MqttServer made = MqttServer.create(hooked, serverOptions());
        netServer = hooked.server();
        server = made;
        return made.endpointHandler(own::connected).listen(port, options.host());
    }

    @Override
    public Future<?> stop() {
        MqttServer running = server;
        Loop own = loop;
        return running == null || own == null
                ? Future.succeededFuture()
                : own.drain().compose(drained -> running.close());
    }

    /** The port that is listened on. */
    int actualPort() {
        MqttServer running = server;
        return running == null ? 0 : running.actualPort();
    }

    @Nullable
    PacketCounts counts() {
        Loop own = loop;
        return own == null ? null : own.counts();
    }

    long failedHandshakes() {
        Loop own = loop;
        return own == null ? 0 : own.failedHandshakes();
    }

    Future<Void> updateTls(ServerSSLOptions tls) {
        NetServer running = netServer;
        return running == null
                ? Future.failedFuture(new IllegalStateException("the listener has not started"))
                : running.updateSSLOptions(tls, true).mapEmpty();
    }

    private MqttServerOptions serverOptions() {
        MqttServerOptions result = new MqttServerOptions();
        result.setUseWebSocket(options.type() == ListenerOptions.Type.WEBSOCKET);
        result.setPerFrameWebSocketCompressionSupported(false);
        result.setPerMessageWebSocketCompressionSupported(false);
        // We decide about client ids, and about time and sizes before vertx-mqtt sees a packet.
        result.setAutoClientId(false);
        result.setTcpNoDelay(true);
        ServerSSLOptions tls = options.tls();
        if (tls != null) {
            secure(result, tls);
        }
        return result;
    }

    private static void secure(MqttServerOptions result, ServerSSLOptions tls) {
        result.setSsl(true);
        result.setKeyCertOptions(tls.getKeyCertOptions());
        result.setTrustOptions(tls.getTrustOptions());
        result.setClientAuth(tls.getClientAuth());
        result.setEnabledSecureTransportProtocols(tls.getEnabledSecureTransportProtocols());
        tls.getEnabledCipherSuites().forEach(result::addEnabledCipherSuite);
        result.setSslHandshakeTimeout(tls.getSslHandshakeTimeout());
        result.setSslHandshakeTimeoutUnit(tls.getSslHandshakeTimeoutUnit());
        // The arithmetic of handshakes is not for event loops: many at once would hold up those who are connected.
        result.setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true));
    }

    private void connected(Loop own, NetSocket socket, Handler<NetSocket> vertxMqtt) {
        ChannelPipeline pipeline =
                ((NetSocketInternal) socket).channelHandlerContext().pipeline();
        // The end of the client's direction is an event, not the end of the channel: the wire decides.
        pipeline.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        Wire wire = new Wire(own);
        pipeline.replace(HANDLER, HANDLER, wire);
        MqttSocket mqttSocket = new MqttSocket(wire, pipeline.context(wire));
        wire.attach(mqttSocket);
        vertxMqtt.handle(mqttSocket);
        trim(pipeline);
        SslHandler ssl = pipeline.get(SslHandler.class);
        if (ssl != null) {
            ssl.setCloseNotifyFlushTimeoutMillis(CLOSE_NOTIFY_MILLIS);
        }
        if (options.type() == ListenerOptions.Type.WEBSOCKET) {
            rebuildWebSocket(pipeline, wire);
        }
    }

    private void trim(ChannelPipeline pipeline) {
        pipeline.remove("mqttEncoder");
        pipeline.remove("mqttDecoder");
        pipeline.replace("idle", "idle", new ConnectDeadline(options.connectTimeout()));
        ChannelHandler chunkedWriter = pipeline.get("chunkedWriter");
        if (chunkedWriter != null) {
            pipeline.remove(chunkedWriter);
        }
    }

    /** vertx-mqtt fixes the path, copies every frame and takes a maximum frame for a maximum request. */
    private void rebuildWebSocket(ChannelPipeline pipeline, Wire wire) {
        pipeline.remove("bytebuf2wsEncoder");
        pipeline.remove("ws2bytebufDecoder");
        pipeline.remove(HANDSHAKE);
        pipeline.remove(Utf8FrameValidator.class);
        FrameIntake intake = wire.framedBy();
        if (pipeline.get(SslHandler.class) == null) {
            pipeline.addFirst("intake", intake);
        } else {
            pipeline.addAfter(pipeline.context(SslHandler.class).name(), "intake", intake);
        }
        pipeline.replace("aggregator", "aggregator", new HttpObjectAggregator(MAX_HTTP_BODY));
        pipeline.addAfter("aggregator", "subprotocol", new SubprotocolCheck(options.path()));
        WebSocketServerProtocolConfig config = WebSocketServerProtocolConfig.newBuilder()
                .websocketPath(options.path())
                .checkStartsWith(true)
                .subprotocols(SUBPROTOCOLS)
                .allowExtensions(false)
                .closeOnProtocolViolation(false) // the wire has something to say before
                .handshakeTimeoutMillis(options.connectTimeout().toMillis())
                .maxFramePayloadLength(Math.addExact(options.maxPacketSize(), FRAME_SLACK))
                .withUTF8Validator(false)
                .build();
        pipeline.replace("webSocketHandler", "webSocketHandler", new FrameHandler(config, intake));
    }
}
