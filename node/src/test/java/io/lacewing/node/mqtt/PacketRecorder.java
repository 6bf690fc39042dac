package io.lacewing.node.mqtt;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes packets down, one line each. */
final class PacketRecorder implements PacketSink {
    private final List<String> seen = new ArrayList<>();

    List<String> seen() {
        return seen;
    }

    @Override
    public void connect(Connect connect) {
        StringBuilder line = new StringBuilder("CONNECT " + connect.version() + " '" + connect.clientId() + "'");
        line.append(connect.cleanStart() ? " clean" : "").append(" ka=").append(connect.keepAlive());
        if (connect.userName() != null) {
            line.append(" user=").append(connect.userName());
        }
        line.append(bytes(" password=", connect.password()));
        Will will = connect.will();
        if (will != null) {
            line.append(" will=" + will.topic() + "/q" + will.qos().value() + (will.retain() ? "/retain" : ""))
                    .append(bytes("/", will.payload()) + "/" + will.delaySeconds() + "/" + will.expirySeconds())
                    .append(bytes("/", will.properties()));
        }
        if (connect.version().isV5()) {
            properties(line, connect.properties());
        }
        seen.add(line.toString());
    }

    private static void properties(StringBuilder line, ConnectProperties p) {
        line.append(" se=" + p.sessionExpiry() + " rm=" + p.receiveMaximum() + " mps=" + p.maximumPacketSize())
                .append(" tam=" + p.topicAliasMaximum())
                .append(p.requestResponseInformation() ? " ri" : "")
                .append(p.requestProblemInformation() ? " pi" : "");
        for (UserProperty property : p.userProperties()) {
            line.append(" " + property.name() + "=" + property.value());
        }
        if (p.authenticationMethod() != null) {
            line.append(" auth=").append(p.authenticationMethod()).append(bytes("/", p.authenticationData()));
        }
    }

    private static String bytes(String before, byte @Nullable [] bytes) {
        return bytes == null ? "" : before + Bytes.hex(bytes);
    }

    @Override
    public void publish(Publish publish) {
        seen.add("PUBLISH " + publish.topic() + " q" + publish.qos().value() + (publish.dup() ? " dup" : "")
                + (publish.retain() ? " retain" : "") + " id=" + publish.packetId() + " "
                + Bytes.hex(publish.payload()) + " [" + Bytes.hex(publish.properties()) + "] expiry="
                + publish.expirySeconds());
    }

    @Override
    public void ack(int type, int packetId, int reasonCode) {
        seen.add("ACK " + type + " " + packetId + " " + reasonCode);
    }

    @Override
    public void control(Packet packet) {
        seen.add(
                switch (packet) {
                    case Subscribe subscribe -> subscribe(subscribe);
                    case Unsubscribe unsubscribe ->
                        "UNSUBSCRIBE " + unsubscribe.packetId() + " " + unsubscribe.filters();
                    case Pingreq ping -> "PINGREQ";
                    case Disconnect disconnect ->
                        "DISCONNECT " + disconnect.reason() + " " + disconnect.sessionExpiry() + " "
                                + disconnect.reasonString();
                    case Auth auth -> "AUTH " + auth.reason() + " " + auth.method() + bytes(" ", auth.data());
                    case Connect connect -> "CONNECT by the wrong way";
                    case Publish publish -> "PUBLISH by the wrong way";
                });
    }

    private static String subscribe(Subscribe subscribe) {
        StringBuilder line = new StringBuilder("SUBSCRIBE " + subscribe.packetId());
        for (Subscribe.Entry entry : subscribe.entries()) {
            line.append(" " + entry.filter() + "/q" + entry.qos().value())
                    .append(entry.noLocal() ? "/nl" : "")
                    .append(entry.retainAsPublished() ? "/rap" : "")
                    .append("/" + entry.retainHandling());
        }
        return line.append(" id=").append(subscribe.identifier()).toString();
    }
}
