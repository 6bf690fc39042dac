package io.lacewing.node.mqtt;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.vertx.core.Context;
import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The outbound side of one connection: says what its {@link Outflow} carries. Every packet is encoded by us, also the
 * CONNACK that vertx-mqtt asks for.
 */
final class WireEndpoint implements Endpoint {
    private static final int FIRST_CAPACITY = 256;

    /** A client that does not read may be owed so many bytes of answers before it must. */
    private static final int MAX_OWED = 16 * 1024;

    private static final int[] NO_IDENTIFIERS = {};

    private final Wire wire;
    private final Loop loop;
    private final ChannelHandlerContext ctx;
    private final Outflow outflow;
    private @Nullable OutgoingAliases aliases;
    private @Nullable Connack connack;
    private int answered;
    private int maximumPacketSize = Integer.MAX_VALUE;

    WireEndpoint(Wire wire, Loop loop, ChannelHandlerContext ctx) {
        this.wire = wire;
        this.loop = loop;
        this.ctx = ctx;
        this.outflow = new Outflow(wire, loop, ctx);
    }

    ChannelHandlerContext channelContext() {
        return ctx;
    }

    /** Takes over what the CONNECT says about packets to the client. */
    void connecting(ConnectProperties properties) {
        maximumPacketSize = properties.maximumPacketSize();
        int most = Math.min(properties.topicAliasMaximum(), loop.options().outgoingTopicAliasMaximum());
        aliases = most == 0 ? null : new OutgoingAliases(most);
    }

    void autoRead(boolean on) {
        ctx.channel().config().setAutoRead(on);
    }

    @Override
    public boolean takes(Connack answer) {
        if (!version().isV5()) {
            return true;
        }
        ByteBuf out = Unpooled.buffer(FIRST_CAPACITY);
        PacketEncoder.connack(out, answer, loop.bench(), maximumPacketSize);
        return out.readableBytes() <= maximumPacketSize;
    }

    @Override
    public void accept(Connack answer) {
        if (wire.isOpen()) {
            connack = answer;
            wire.accepted(answer.sessionPresent());
        }
    }

    /** vertx-mqtt sends its CONNACK: ours goes out, with all its properties. */
    void writeConnack() {
        Connack answer = connack;
        if (answer == null) {
            throw new IllegalStateException("vertx-mqtt sends a CONNACK that nobody asked for");
        }
        connack = null;
        ByteBuf out = outflow.room(FIRST_CAPACITY);
        int start = out.writerIndex();
        if (version().isV5()) {
            PacketEncoder.connack(out, answer, loop.bench(), maximumPacketSize);
        } else {
            // MQTT 3.1 does not know Session Present.
            PacketEncoder.connack(out, answer.sessionPresent() && version() != ProtocolVersion.V31, 0);
        }
        sent(PacketType.CONNACK, out, start);
    }

    @Override
    public void refuse(ReasonCode reason, @Nullable String reasonString) {
        refuse(reason, reasonString, null);
    }

    @Override
    public void refuse(ReasonCode reason, @Nullable String reasonString, @Nullable String serverReference) {
        refuse(reason, reasonString, serverReference, CloseStatus.of(reason));
    }

    private void refuse(
            ReasonCode reason,
            @Nullable String reasonString,
            @Nullable String serverReference,
            WebSocketCloseStatus status) {
        ProtocolVersion version = wire.version();
        boolean told = version != null && (version.isV5() || reason.connectReturnCode() != 0);
        if (told && wire.isOpen()) {
            ByteBuf out = outflow.room(FIRST_CAPACITY);
            int start = out.writerIndex();
            if (version().isV5()) {
                PacketEncoder.refusal(
                        out, reason, new PacketEncoder.Farewell(reasonString, serverReference, maximumPacketSize));
            } else {
                PacketEncoder.connack(out, false, reason.connectReturnCode());
            }
            sent(PacketType.CONNACK, out, start);
        }
        if (told || loop.isWebSocket()) {
            close(status);
        } else {
            end();
        }
    }

    @Override
    public int publish(
            Outbound message,
            int packetId,
            Qos qos,
            boolean dup,
            boolean retain,
            int[] subscriptionIdentifiers,
            long expirySecondsLeft) {
        if (!wire.isOpen() || (packetId != 0 && loop.holding().isTooMuch(wire))) {
            return CLOSED;
        }
        boolean v5 = version().isV5();
        int first = PublishEncoder.first(dup, qos.value(), retain);
        int[] identifiers = v5 ? subscriptionIdentifiers : NO_IDENTIFIERS;
        long expiry = v5 ? expirySecondsLeft : Publish.NO_EXPIRY;
        if (identifiers.length == 0 && aliases == null) {
            PublishEncoder.Frame frame = message.frame(v5, packetId != 0, expiry != Publish.NO_EXPIRY);
            if (frame != null) {
                return publish(frame, first, packetId, expiry);
            }
        }
        return publish(message.message(), first, packetId, identifiers, expiry);
    }

    private int publish(PublishEncoder.Frame frame, int first, int packetId, long expiry) {
        byte[] bytes = frame.bytes();
        if (bytes.length > maximumPacketSize) {
            return TOO_LARGE;
        }
        ByteBuf out = outflow.room(bytes.length);
        int start = out.writerIndex();
        out.writeBytes(bytes);
        out.setByte(start, first);
        if (packetId != 0) {
            out.setShort(start + frame.idAt(), packetId);
        }
        if (expiry != Publish.NO_EXPIRY) {
            out.setInt(start + frame.expiryAt(), (int) expiry);
        }
        loop.counts().countSent(PacketType.PUBLISH, bytes.length);
        return bytes.length;
    }

    private int publish(Message message, int first, int packetId, int[] identifiers, long expiry) {
        boolean v5 = version().isV5();
        boolean withExpiry = expiry != Publish.NO_EXPIRY;
        OutgoingAliases known = aliases;
        int alias = known == null ? 0 : known.of(message.topic());
        int propertySize = PublishEncoder.propertySize(message, withExpiry, identifiers, alias);
        long remaining = PublishEncoder.remaining(message, v5, packetId != 0, propertySize, alias);
        if (alias > 0 && remaining > maximumPacketSize - 5) {
            alias = 0;
            propertySize = PublishEncoder.propertySize(message, withExpiry, identifiers, 0);
            remaining = PublishEncoder.remaining(message, v5, packetId != 0, propertySize, 0);
        }
        if (remaining > PublishEncoder.MAX_REMAINING) {
            return TOO_LARGE;
        }
        int size = 1 + PacketEncoder.varIntSize((int) remaining) + (int) remaining;
        if (size > maximumPacketSize) {
            return TOO_LARGE;
        }
        byte[] payload = message.payload();
        boolean copied = payload.length <= Outbound.MAX_COPIED_PAYLOAD;
        ByteBuf out = outflow.room(copied ? size : size - payload.length);
        byte[] topic = alias < 0 ? PacketReader.EMPTY : message.topic().utf8();
        PublishEncoder.head(out, first, (int) remaining, topic, packetId);
        if (v5) {
            PublishEncoder.properties(out, propertySize, expiry, alias, identifiers, message.properties());
        }
        if (copied) {
            out.writeBytes(payload);
        } else {
            outflow.append(payload);
        }
        if (known != null && alias > 0) {
            known.set(message.topic(), alias);
        }
        loop.counts().countSent(PacketType.PUBLISH, size);
        return size;
    }

    @Override
    public void puback(int packetId, ReasonCode reason) {
        ack(PacketType.PUBACK, packetId, reason);
    }

    @Override
    public void pubrec(int packetId, ReasonCode reason) {
        ack(PacketType.PUBREC, packetId, reason);
    }

    @Override
    public void pubrel(int packetId, ReasonCode reason) {
        ack(PacketType.PUBREL, packetId, reason);
    }

    @Override
    public void pubcomp(int packetId, ReasonCode reason) {
        ack(PacketType.PUBCOMP, packetId, reason);
    }

    private void ack(int type, int packetId, ReasonCode reason) {
        if (wire.isOpen()) {
            ByteBuf out = outflow.room(5);
            int start = out.writerIndex();
            PacketEncoder.ack(out, type, packetId, reason, version().isV5());
            sent(type, out, start);
        }
    }

    @Override
    public void suback(int packetId, List<ReasonCode> reasons) {
        if (wire.isOpen()) {
            ByteBuf out = outflow.room(8 + reasons.size());
            int start = out.writerIndex();
            PacketEncoder.suback(out, packetId, reasons, version().isV5());
            sent(PacketType.SUBACK, out, start);
        }
    }

    @Override
    public void unsuback(int packetId, List<ReasonCode> reasons) {
        if (wire.isOpen()) {
            ByteBuf out = outflow.room(8 + reasons.size());
            int start = out.writerIndex();
            PacketEncoder.unsuback(out, packetId, reasons, version().isV5());
            sent(PacketType.UNSUBACK, out, start);
        }
    }

    @Override
    public void pingresp() {
        if (wire.isOpen()) {
            ByteBuf out = outflow.room(2);
            int start = out.writerIndex();
            PacketEncoder.pingresp(out);
            sent(PacketType.PINGRESP, out, start);
        }
    }

    @Override
    public void auth(ReasonCode reason, String method, byte @Nullable [] data) {
        if (wire.isOpen()) {
            ByteBuf out = outflow.room(16 + 3 * method.length() + (data == null ? 0 : data.length));
            int start = out.writerIndex();
            PacketEncoder.auth(out, reason, method, data);
            sent(PacketType.AUTH, out, start);
        }
    }

    @Override
    public void disconnect(ReasonCode reason, @Nullable String reasonString, @Nullable String serverReference) {
        disconnect(reason, reasonString, serverReference, CloseStatus.of(reason));
    }

    /** As its namesake; {@code status} is for a WebSocket's Close frame. */
    void disconnect(
            ReasonCode reason,
            @Nullable String reasonString,
            @Nullable String serverReference,
            WebSocketCloseStatus status) {
        if (wire.isConnecting()) {
            refuse(reason, reasonString, serverReference, status);
            return;
        }
        if (wire.isOpen() && version().isV5()) {
            ByteBuf out = outflow.room(FIRST_CAPACITY);
            int start = out.writerIndex();
            PacketEncoder.disconnect(
                    out, reason, new PacketEncoder.Farewell(reasonString, serverReference, maximumPacketSize));
            sent(PacketType.DISCONNECT, out, start);
        }
        close(status);
    }

    @Override
    public void close() {
        close(WebSocketCloseStatus.NORMAL_CLOSURE);
    }

    /** Closes though the client may be sending. */
    private void close(WebSocketCloseStatus status) {
        if (wire.isEnded()) {
            end();
        } else if (wire.isOpen()) {
            wire.closing();
            closed(outflow.finishGently(status));
        }
    }

    /** For the broker the end of a connection that lingers has come, though not inside its own call. */
    private void closed(boolean lingers) {
        if (lingers) {
            loop.eventLoop().execute(wire::gone);
        }
    }

    @Override
    public void end() {
        if (wire.isOpen()) {
            wire.closing();
            outflow.finish();
        }
    }

    /** Another path than the listener's was asked for. */
    void notFound() {
        wire.closing();
        closed(outflow.notFound());
    }

    /** The channel is gone. */
    void closed() {
        outflow.drop();
    }

    private void sent(int type, ByteBuf out, int start) {
        int bytes = out.writerIndex() - start;
        if (bytes > maximumPacketSize) {
            out.writerIndex(start);
            tooLong(type);
            return;
        }
        answered += bytes;
        loop.counts().countSent(type, bytes);
    }

    /** An answer can not be given; a last word can be left out. */
    private void tooLong(int type) {
        if (type == PacketType.DISCONNECT || type == PacketType.CONNACK) {
            close();
        } else {
            disconnect(ReasonCode.PACKET_TOO_LARGE, "the answer is longer than the client's Maximum Packet Size", null);
        }
    }

    /** True if more has been answered since this was true than the client may leave unread, and it leaves it unread. */
    boolean owesAnswers() {
        if (answered <= MAX_OWED) {
            return false;
        }
        answered = 0;
        return !isWritable();
    }

    /** Runs {@code then} when the operating system has taken all that is written now; never, if that fails. */
    void whenSent(Runnable then) {
        outflow.whenSent(then);
    }

    @Override
    public void pauseReading() {
        if (wire.isOpen()) {
            wire.pause();
        }
    }

    @Override
    public void resumeReading() {
        if (wire.isOpen()) {
            wire.resume();
        }
    }

    @Override
    public void meter(PacketMeter meter) {
        wire.meter(meter);
    }

    @Override
    public boolean isWritable() {
        return ctx.channel().isWritable();
    }

    @Override
    public long pendingBytes() {
        return outflow.waiting();
    }

    @Override
    public boolean isShort() {
        return loop.holding().isShort(outflow);
    }

    /** As {@link Outflow#unsent}. */
    long unsent() {
        return outflow.unsent();
    }

    /** Closes without a word: what is on its way to the client is what it is closed for. */
    void abort() {
        wire.closing();
        outflow.abort();
    }

    @Override
    public boolean isOpen() {
        return wire.isOpen();
    }

    @Override
    public SocketAddress remoteAddress() {
        return Peer.address(ctx.channel());
    }

    @Override
    public @Nullable String proxiedName() {
        return Peer.proxiedName(ctx.channel());
    }

    @Override
    public List<X509Certificate> peerCertificates() {
        return Peer.certificates(ctx.pipeline());
    }

    @Override
    public String listener() {
        return loop.options().name();
    }

    @Override
    public ProtocolVersion version() {
        ProtocolVersion version = wire.version();
        if (version == null) {
            throw new IllegalStateException("no CONNECT yet");
        }
        return version;
    }

    @Override
    public Context context() {
        return loop.context();
    }

    @Override
    public long lastPacketAt() {
        return wire.lastPacketAt();
    }
}
