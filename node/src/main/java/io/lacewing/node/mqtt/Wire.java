package io.lacewing.node.mqtt;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketServerProtocolHandler.HandshakeComplete;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.internal.ContextInternal;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The inbound side of one connection and the last handler of its pipeline: takes bytes, makes packets of them and hands
 * them to the {@link PacketHandler}. CONNECT and the control packets take the way through vertx-mqtt, by their
 * {@link VertxRoute}; PUBLISH and the acknowledgements do not.
 *
 * <p>A packet is decoded when it may be handed over, not before: what comes while the CONNECT waits for its answer or
 * while reading is paused stays as bytes in {@code rest}, and with auto-read off there is at most one read of it. If the client
 * closes its direction meanwhile, the connection stays until these bytes are taken; a DISCONNECT among them keeps the
 * will from being published. (Epoll tells of the end, and reads up to it, even with auto-read off.)
 *
 * <p>A client that asks for answers and does not read them is not read from either, see {@link #hold}.
 *
 * <p>Phases: NEW until the CONNECT; CONNECTING until accept; OPEN; CLOSED from the first word of closing on, whoever says
 * it. From NEW and CONNECTING the way may lead straight to CLOSED.
 */
final class Wire extends ChannelInboundHandlerAdapter implements PacketSink {
    private static final Logger LOG = LoggerFactory.getLogger(Wire.class);

    private enum Phase {
        NEW,
        CONNECTING,
        OPEN,
        CLOSED
    }

    private final Loop loop;
    private final PacketDecoder decoder;
    private @Nullable WireEndpoint endpoint;
    private @Nullable VertxRoute route;
    private @Nullable FrameIntake intake;
    private @Nullable PacketHandler handler;
    private @Nullable ByteBuf rest;
    private @Nullable PacketMeter meter;
    private Phase phase = Phase.NEW;
    private boolean authenticating;
    private boolean paused;
    private boolean held;
    private boolean decoding;
    private boolean received;
    private boolean ended;
    private boolean onlyV31;
    private long lastPacketAt;

    /** What {@link Holding} has counted for this connection, in bytes; and whether it is on its list. */
    long counted;

    boolean listed;

    Wire(Loop loop) {
        this.loop = loop;
        this.decoder = new PacketDecoder(loop.bench());
    }

    /** The way through vertx-mqtt; set before the first byte comes. */
    void attach(MqttSocket socket) {
        route = new VertxRoute(this, socket);
    }

    /** The bytes come in WebSocket frames, by this; set before the first byte comes. */
    FrameIntake framedBy() {
        FrameIntake made = new FrameIntake(this, loop);
        intake = made;
        return made;
    }

    private VertxRoute route() {
        VertxRoute known = route;
        if (known == null) {
            throw new IllegalStateException("bytes came before vertx-mqtt saw the socket");
        }
        return known;
    }

    WireEndpoint endpoint() {
        WireEndpoint made = endpoint;
        if (made == null) {
            throw new IllegalStateException("not in a pipeline yet");
        }
        return made;
    }

    @Nullable
    ProtocolVersion version() {
        return decoder.version();
    }

    boolean isOpen() {
        return phase != Phase.CLOSED;
    }

    /** True if the client has closed its direction. */
    boolean isEnded() {
        return ended;
    }

    /** True before the CONNACK. */
    boolean isConnecting() {
        return phase == Phase.NEW || phase == Phase.CONNECTING;
    }

    long lastPacketAt() {
        return lastPacketAt;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext ctx) {
        endpoint = new WireEndpoint(this, loop, ctx);
    }

    @Override
    public void channelRead(ChannelHandlerContext ctx, Object message) {
        ByteBuf bytes = bytes(message);
        if (bytes == null || phase == Phase.CLOSED) {
            ReferenceCountUtil.release(message);
            if (phase != Phase.CLOSED) {
                Failing.unexpected(this, message);
            }
            return;
        }
        rest = rest == null ? bytes : Cumulation.append(ctx, rest, bytes);
        ContextInternal previous = loop.context().beginDispatch();
        try {
            decodeRest(ctx);
        } finally {
            loop.context().endDispatch(previous);
        }
    }

    /** MQTT's bytes, from the socket or from WebSocket frames, whose borders mean nothing [MQTT-6.0.0-2]. */
    private static @Nullable ByteBuf bytes(Object message) {
        return switch (message) {
            case ByteBuf bytes -> bytes;
            case BinaryWebSocketFrame frame -> frame.content();
            case ContinuationWebSocketFrame frame -> frame.content();
            default -> null;
        };
    }

    private void decodeRest(ChannelHandlerContext ctx) {
        ByteBuf in = rest;
        if (in == null || decoding) {
            return;
        }
        decoding = true;
        try {
            while (mayDecode() && decodeOne(in)) {
                received = true;
                if (endpoint().owesAnswers()) {
                    hold(endpoint()::whenSent);
                } else if (loop.holding().isTurnLong()) {
                    hold(loop.eventLoop()::execute); // behind the flush
                }
            }
        } catch (PacketException e) {
            fail(e, CloseStatus.of(e.reason()));
        } finally {
            decoding = false;
            keepRest(ctx, in);
        }
        if (received) {
            alive();
        }
    }

    private void alive() {
        lastPacketAt = System.nanoTime() / 1_000_000;
    }

    /** Hands over the next packet; false if it is not there yet. */
    private boolean decodeOne(ByteBuf in) {
        int size = decoder.frame(in);
        if (size == 0 || in.readableBytes() < size) {
            return false;
        }
        int type = PacketDecoder.type(in.getByte(in.readerIndex()));
        checkTurn(type);
        loop.counts().countReceived(type, size);
        decoder.decode(in, size, this);
        PacketMeter told = meter;
        if (told != null) {
            told.took(type == PacketType.PUBLISH, size);
        }
        return true;
    }

    private boolean mayDecode() {
        return switch (phase) {
            case NEW -> true;
            case CONNECTING -> authenticating && !paused && !held;
            case OPEN -> !paused && !held;
            case CLOSED -> false;
        };
    }

    /** The rules of 4.12 for who may send what while a client authenticates. */
    private void checkTurn(int type) {
        if (type == PacketType.AUTH && !authenticating) {
            throw PacketException.protocolError("AUTH without authentication method in CONNECT (3.15)");
        }
        if (phase == Phase.CONNECTING && type != PacketType.AUTH && type != PacketType.DISCONNECT) {
            throw PacketException.protocolError("packet type " + type + " before CONNACK [MQTT-3.1.2-30]");
        }
    }

    private void keepRest(ChannelHandlerContext ctx, ByteBuf in) {
        if (phase == Phase.CLOSED) {
            in.release();
            rest = null;
        } else {
            rest = Cumulation.keep(ctx, in);
        }
        if (rest != null || counted != 0) {
            loop.holding().kept(this);
        }
    }

    /** How many bytes wait here: for the client to read them, or for more that makes them a packet. */
    long holds() {
        ByteBuf in = rest;
        return (in == null ? 0 : in.capacity())
                + (intake == null ? 0 : intake.unframed())
                + endpoint().unsent();
    }

    /** The node is short of memory, and this is one of those for which most waits. Not inside a call of the handler. */
    void shed() {
        if (phase == Phase.CLOSED || endpoint().unsent() > 0) {
            endpoint().abort();
        } else {
            PacketException why = new PacketException(ReasonCode.QUOTA_EXCEEDED, "the node is short of memory");
            loop.context().dispatch(() -> fail(why, CloseStatus.of(why.reason())));
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext ctx) {
        PacketHandler to = handler;
        if (received && to != null && phase != Phase.CLOSED) {
            received = false;
            loop.context().dispatch(to::onReadComplete);
        }
        received = false;
        if (loop.isWebSocket() && !ctx.channel().isWritable()) {
            // Netty has answered the pings among the frames.
            hold(endpoint()::whenSent);
        }
    }

    @Override
    public void connect(Connect connect) {
        if (onlyV31 && connect.version() != ProtocolVersion.V31) {
            throw PacketException.protocolError("the WebSocket's subprotocol is not mqtt [MQTT-6.0.0-3]");
        }
        phase = Phase.CONNECTING;
        authenticating = connect.properties().authenticationMethod() != null;
        WireEndpoint to = endpoint();
        to.connecting(connect.properties());
        route().connect(loop, connect);
        handler = loop.connectHandler().onConnect(to, connect);
        if (phase == Phase.CONNECTING && !authenticating) {
            to.autoRead(false);
        }
    }

    void meter(PacketMeter by) {
        meter = by;
    }

    /** The CONNECT is answered; vertx-mqtt is told first and asks its socket to send the CONNACK. */
    void accepted(boolean sessionPresent) {
        if (phase != Phase.CONNECTING) {
            throw new IllegalStateException("accept in phase " + phase);
        }
        phase = Phase.OPEN;
        route().accept(sessionPresent);
        goOn();
    }

    void pause() {
        paused = true;
        endpoint().autoRead(false);
    }

    void resume() {
        if (paused) {
            paused = false;
            goOn();
        }
    }

    /**
     * Takes nothing more for now: from a client that does not read, until what is written now has gone to its socket: its
     * answers would wait here without bound. Its acknowledgements are held up as well, but no longer than that, however much is
     * written behind; to wait until the channel is writable could take for ever where messages are many.
     */
    private void hold(Consumer<Runnable> until) {
        if (!held && phase != Phase.CLOSED) {
            held = true;
            endpoint().autoRead(false);
            until.accept(() -> {
                held = false;
                // The silence was ours, and the client has read.
                alive();
                goOn();
            });
        }
    }

    /** Reads again, and takes what was kept in a turn of its own, so that nobody is called inside their own call. */
    private void goOn() {
        if (mayDecode()) {
            if (!ended) {
                // There is nothing more to come after the end, and epoll fails at being asked for it.
                endpoint().autoRead(true);
            }
            if ((rest != null || ended) && !decoding) {
                loop.eventLoop().execute(this::decodeKept);
            }
        }
    }

    private void decodeKept() {
        ChannelHandlerContext ctx = endpoint().channelContext();
        ContextInternal previous = loop.context().beginDispatch();
        try {
            decodeRest(ctx);
            channelReadComplete(ctx);
            closeIfEnded();
        } catch (RuntimeException | Error e) {
            exceptionCaught(ctx, e);
        } finally {
            loop.context().endDispatch(previous);
        }
    }

    @Override
    public void publish(Publish publish) {
        to().onPublish(publish);
    }

    @Override
    public void ack(int type, int packetId, int reasonCode) {
        PacketHandler to = to();
        switch (type) {
            case PacketType.PUBACK -> to.onPuback(packetId, reasonCode);
            case PacketType.PUBREC -> to.onPubrec(packetId, reasonCode);
            case PacketType.PUBREL -> to.onPubrel(packetId, reasonCode);
            case PacketType.PUBCOMP -> to.onPubcomp(packetId, reasonCode);
            default -> throw new IllegalArgumentException("packet type " + type + " is no acknowledgement");
        }
    }

    @Override
    public void control(Packet packet) {
        if (phase == Phase.CONNECTING || packet instanceof Disconnect) {
            // vertx-mqtt takes nothing before its accept, and closes at once after a DISCONNECT.
            handOver(packet);
        } else {
            route().send(packet);
        }
    }

    /** A control packet at the end of its way. */
    void handOver(Packet packet) {
        PacketHandler to = to();
        switch (packet) {
            case Subscribe subscribe -> to.onSubscribe(subscribe);
            case Unsubscribe unsubscribe -> to.onUnsubscribe(unsubscribe);
            case Pingreq ping -> to.onPingreq();
            case Auth auth -> to.onAuth(auth);
            case Disconnect disconnect -> to.onDisconnect(disconnect);
            case Connect connect -> throw new IllegalStateException("CONNECT twice");
            case Publish publish -> throw new IllegalStateException("PUBLISH by the slow way");
        }
    }

    private PacketHandler to() {
        PacketHandler to = handler;
        if (to == null) {
            throw new IllegalStateException("packet before CONNECT");
        }
        return to;
    }

    /** Ends the connection, and says why to the client and the broker; {@code status} is for a WebSocket's Close frame. */
    void fail(PacketException e, WebSocketCloseStatus status) {
        LOG.debug("{}: {}", endpoint().remoteAddress(), e.what());
        PacketHandler to = handler;
        if (to != null) {
            to.onProtocolError(e.reason(), e.what());
        }
        if (phase == Phase.NEW) {
            loop.connectHandler().onBadConnect(endpoint(), e.reason());
        }
        endpoint().disconnect(e.reason(), e.what(), null, status);
    }

    /** Takes nothing more from the client. */
    void closing() {
        phase = Phase.CLOSED;
        if (!decoding) {
            ReferenceCountUtil.release(rest);
            rest = null;
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext ctx) {
        PacketHandler to = handler;
        if (ctx.channel().isWritable() && to != null && phase == Phase.OPEN) {
            loop.context().dispatch(to::onWritable);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext ctx) {
        closing();
        gone();
        loop.holding().count(this);
    }

    /** The connection has ended for all but its socket. Does nothing the second time. */
    void gone() {
        if (intake != null) {
            intake.closed();
        }
        endpoint().closed();
        route().closed();
        PacketHandler to = handler;
        handler = null;
        if (to != null) {
            loop.context().dispatch(to::onClosed);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext ctx, Object event) {
        if (event == ChannelInputShutdownEvent.INSTANCE || event == SslCloseCompletionEvent.SUCCESS) {
            ended = true;
            closeIfEnded();
        } else if (event instanceof HandshakeComplete handshake) {
            onlyV31 = SubprotocolCheck.MQTT_V31.equals(handshake.selectedSubprotocol());
        }
        ReferenceCountUtil.release(event);
    }

    /** The client has said its last word: closes, unless there are words that it still waits for us to take. */
    private void closeIfEnded() {
        if (ended && (rest == null || mayDecode())) {
            endpoint().end();
        }
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext ctx, Throwable cause) {
        Failing.caught(this, ctx, cause);
    }
}
