package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.List;

/** Decodes SUBSCRIBE (3.8), UNSUBSCRIBE (3.10), PINGREQ (3.12), DISCONNECT (3.14) and AUTH (3.15). */
final class ControlDecoder {
    private static final RetainHandling[] RETAIN_HANDLING = RetainHandling.values();
    private static final String SHARED = "$share/";

    private ControlDecoder() {}

    /** Decodes the packet that is open in the bench's reader. */
    static Packet decode(int type, Workbench bench, ProtocolVersion version) {
        Packet packet = switch (type) {
            case PacketType.SUBSCRIBE -> subscribe(bench, version);
            case PacketType.UNSUBSCRIBE -> unsubscribe(bench, version);
            case PacketType.PINGREQ -> Pingreq.INSTANCE;
            case PacketType.DISCONNECT -> disconnect(bench, version);
            case PacketType.AUTH -> auth(bench);
            default -> throw PacketException.protocolError("packet type " + type + " is not expected");
        };
        bench.reader().atEnd();
        return packet;
    }

    private static Subscribe subscribe(Workbench bench, ProtocolVersion version) {
        PacketReader in = bench.reader();
        int packetId = in.packetId();
        int identifier = 0;
        if (version.isV5()) {
            bench.properties().read(in, PropertyBlock.IN_SUBSCRIBE);
            identifier = (int) bench.properties().number(PropertyBlock.SUBSCRIPTION_IDENTIFIER, 0);
        }
        if (in.remaining() == 0) {
            throw PacketException.protocolError("SUBSCRIBE without a filter [MQTT-3.8.3-2]");
        }
        List<Subscribe.Entry> entries = new ArrayList<>(2);
        while (in.remaining() > 0) {
            String filter = filter(in, version);
            int options = in.u8();
            entries.add(version.isV5() ? entry(filter, options) : plainEntry(filter, options, version));
        }
        return new Subscribe(packetId, entries, identifier);
    }

    /**
     * One that breaks the rules of 4.7 or 4.8.2 ends the connection [MQTT-4.13.1-1, MQTT-4.8.0-1 of 3.1.1]: 0x8F in SUBACK
     * is for filters that are formed correctly and not allowed. MQTT 3 knows no share groups, so there a faulty one is
     * merely not allowed.
     */
    private static String filter(PacketReader in, ProtocolVersion version) {
        String filter = in.string();
        try {
            var unused = TopicFilter.of(filter);
        } catch (TopicException e) {
            if (version.isV5() || !filter.startsWith(SHARED)) {
                throw PacketException.protocolError(String.valueOf(e.getMessage()));
            }
        }
        return filter;
    }

    private static Subscribe.Entry entry(String filter, int options) {
        if ((options & 0xC0) != 0) {
            throw PacketException.malformed("reserved subscription option is set [MQTT-3.8.3-5]");
        }
        boolean noLocal = (options & 4) != 0;
        int handling = (options >> 4) & 3;
        if (handling == 3) {
            throw PacketException.protocolError("retain handling 3 (3.8.3.1)");
        }
        if (noLocal && filter.startsWith(SHARED)) {
            throw PacketException.protocolError("no local on a shared subscription [MQTT-3.8.3-4]");
        }
        return new Subscribe.Entry(filter, qos(options), noLocal, (options & 8) != 0, RETAIN_HANDLING[handling]);
    }

    private static Subscribe.Entry plainEntry(String filter, int options, ProtocolVersion version) {
        if ((options & 0xFC) != 0 && version != ProtocolVersion.V31) {
            throw PacketException.malformed("reserved bits of the requested QoS are set [MQTT-3.8.3-4 of 3.1.1]");
        }
        return new Subscribe.Entry(filter, qos(options), false, false, RetainHandling.SEND);
    }

    private static Qos qos(int options) {
        if ((options & 3) == 3) {
            throw PacketException.protocolError("requested QoS 3 (3.8.3.1)");
        }
        return Qos.of(options & 3);
    }

    private static Unsubscribe unsubscribe(Workbench bench, ProtocolVersion version) {
        PacketReader in = bench.reader();
        int packetId = in.packetId();
        if (version.isV5()) {
            bench.properties().read(in, PropertyBlock.IN_UNSUBSCRIBE);
        }
        if (in.remaining() == 0) {
            throw PacketException.protocolError("UNSUBSCRIBE without a filter [MQTT-3.10.3-2]");
        }
        List<String> filters = new ArrayList<>(2);
        while (in.remaining() > 0) {
            filters.add(filter(in, version));
        }
        return new Unsubscribe(packetId, filters);
    }

    private static Disconnect disconnect(Workbench bench, ProtocolVersion version) {
        PacketReader in = bench.reader();
        if (!version.isV5() || in.remaining() == 0) {
            return new Disconnect(ReasonCode.SUCCESS, Disconnect.UNCHANGED, null);
        }
        int code = in.u8();
        ReasonCode reason = ReasonCode.of(code);
        if (reason == null || !fromClient(reason)) {
            throw PacketException.protocolError("reason code " + code + " in DISCONNECT [MQTT-3.14.2-1]");
        }
        PropertyBlock properties = bench.properties();
        properties.clear();
        if (in.remaining() > 0) {
            properties.read(in, PropertyBlock.IN_DISCONNECT);
            if (properties.has(PropertyBlock.SERVER_REFERENCE)) {
                throw PacketException.protocolError("server reference from a client (3.14.2.2.5)");
            }
        }
        return new Disconnect(
                reason,
                properties.number(PropertyBlock.SESSION_EXPIRY, Disconnect.UNCHANGED),
                properties.string(in, PropertyBlock.REASON_STRING));
    }

    /** The reason codes that the table of 3.14.2.1 gives to clients. */
    private static boolean fromClient(ReasonCode reason) {
        return switch (reason) {
            case SUCCESS,
                    DISCONNECT_WITH_WILL_MESSAGE,
                    UNSPECIFIED_ERROR,
                    MALFORMED_PACKET,
                    PROTOCOL_ERROR,
                    IMPLEMENTATION_SPECIFIC_ERROR,
                    TOPIC_NAME_INVALID,
                    RECEIVE_MAXIMUM_EXCEEDED,
                    TOPIC_ALIAS_INVALID,
                    PACKET_TOO_LARGE,
                    MESSAGE_RATE_TOO_HIGH,
                    QUOTA_EXCEEDED,
                    ADMINISTRATIVE_ACTION,
                    PAYLOAD_FORMAT_INVALID -> true;
            default -> false;
        };
    }

    private static Auth auth(Workbench bench) {
        PacketReader in = bench.reader();
        int code = in.remaining() == 0 ? 0 : in.u8();
        ReasonCode reason = ReasonCode.of(code);
        if (reason != ReasonCode.CONTINUE_AUTHENTICATION && reason != ReasonCode.RE_AUTHENTICATE) {
            throw PacketException.protocolError("reason code " + code + " in AUTH [MQTT-3.15.2-1]");
        }
        PropertyBlock properties = bench.properties();
        properties.clear();
        if (in.remaining() > 0) {
            properties.read(in, PropertyBlock.IN_AUTH);
        }
        String method = properties.string(in, PropertyBlock.AUTHENTICATION_METHOD);
        if (method == null) {
            throw PacketException.protocolError("AUTH without an authentication method (3.15.2.2.2)");
        }
        return new Auth(reason, method, properties.binary(in, PropertyBlock.AUTHENTICATION_DATA));
    }
}
