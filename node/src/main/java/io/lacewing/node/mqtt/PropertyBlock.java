package io.lacewing.node.mqtt;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The properties of one packet (2.2.2): checked in one pass, their values picked up later by those who want them. One
 * per event loop, used again for every packet; it looks into the {@link PacketReader} that it was read from.
 */
final class PropertyBlock {
    static final int PAYLOAD_FORMAT = 1;
    static final int MESSAGE_EXPIRY = 2;
    static final int CONTENT_TYPE = 3;
    static final int RESPONSE_TOPIC = 8;
    static final int CORRELATION_DATA = 9;
    static final int SUBSCRIPTION_IDENTIFIER = 11;
    static final int SESSION_EXPIRY = 17;
    static final int ASSIGNED_CLIENT_ID = 18;
    static final int SERVER_KEEP_ALIVE = 19;
    static final int AUTHENTICATION_METHOD = 21;
    static final int AUTHENTICATION_DATA = 22;
    static final int REQUEST_PROBLEM_INFORMATION = 23;
    static final int WILL_DELAY = 24;
    static final int REQUEST_RESPONSE_INFORMATION = 25;
    static final int RESPONSE_INFORMATION = 26;
    static final int SERVER_REFERENCE = 28;
    static final int REASON_STRING = 31;
    static final int RECEIVE_MAXIMUM = 33;
    static final int TOPIC_ALIAS_MAXIMUM = 34;
    static final int TOPIC_ALIAS = 35;
    static final int MAXIMUM_QOS = 36;
    static final int RETAIN_AVAILABLE = 37;
    static final int USER_PROPERTY = 38;
    static final int MAXIMUM_PACKET_SIZE = 39;
    static final int WILDCARD_SUBSCRIPTION_AVAILABLE = 40;
    static final int SUBSCRIPTION_IDENTIFIER_AVAILABLE = 41;
    static final int SHARED_SUBSCRIPTION_AVAILABLE = 42;

    static final long IN_CONNECT = set(
            SESSION_EXPIRY,
            RECEIVE_MAXIMUM,
            MAXIMUM_PACKET_SIZE,
            TOPIC_ALIAS_MAXIMUM,
            REQUEST_RESPONSE_INFORMATION,
            REQUEST_PROBLEM_INFORMATION,
            USER_PROPERTY,
            AUTHENTICATION_METHOD,
            AUTHENTICATION_DATA);
    static final long IN_WILL = set(
            WILL_DELAY, PAYLOAD_FORMAT, MESSAGE_EXPIRY, CONTENT_TYPE, RESPONSE_TOPIC, CORRELATION_DATA, USER_PROPERTY);

    static final long IN_PUBLISH = set(
            PAYLOAD_FORMAT,
            MESSAGE_EXPIRY,
            TOPIC_ALIAS,
            CONTENT_TYPE,
            RESPONSE_TOPIC,
            CORRELATION_DATA,
            SUBSCRIPTION_IDENTIFIER,
            USER_PROPERTY);

    static final long IN_ACK = set(REASON_STRING, USER_PROPERTY);
    static final long IN_SUBSCRIBE = set(SUBSCRIPTION_IDENTIFIER, USER_PROPERTY);
    static final long IN_UNSUBSCRIBE = set(USER_PROPERTY);
    static final long IN_DISCONNECT = set(SESSION_EXPIRY, REASON_STRING, SERVER_REFERENCE, USER_PROPERTY);
    static final long IN_AUTH = set(AUTHENTICATION_METHOD, AUTHENTICATION_DATA, REASON_STRING, USER_PROPERTY);

    private final long[] numbers = new long[SHARED_SUBSCRIPTION_AVAILABLE + 1];
    private final int[] positions = new int[SHARED_SUBSCRIPTION_AVAILABLE + 1];
    private final int maxUserProperties;
    private int userProperties;
    private long seen;
    private int start;
    private int end;

    PropertyBlock(int maxUserProperties) {
        this.maxUserProperties = maxUserProperties;
    }

    private static long set(int... ids) {
        long set = 0;
        for (int id : ids) {
            set |= 1L << id;
        }
        return set;
    }

    /** Forgets: the packet has no properties. */
    void clear() {
        seen = 0;
        start = 0;
        end = 0;
    }

    /** Reads the length and the properties; {@code allowed} is the set of those that this packet may have. */
    void read(PacketReader in, long allowed) {
        seen = 0;
        userProperties = 0;
        int oldEnd = in.narrow(in.varInt());
        start = in.position();
        while (in.remaining() > 0) {
            readOne(in, allowed);
        }
        end = in.position();
        in.widen(oldEnd);
    }

    private void readOne(PacketReader in, long allowed) {
        int id = in.u8();
        if (id > SHARED_SUBSCRIPTION_AVAILABLE || (allowed & (1L << id)) == 0) {
            throw PacketException.malformed("property " + id + " does not belong into this packet (2.2.2.2)");
        }
        if ((seen & (1L << id)) != 0 && id != USER_PROPERTY) {
            throw PacketException.protocolError("property " + id + " comes twice");
        }
        seen |= 1L << id;
        positions[id] = in.position();
        switch (id) {
            case PAYLOAD_FORMAT -> numbers[id] = flag(in, id, ReasonCode.MALFORMED_PACKET);
            case REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION ->
                numbers[id] = flag(in, id, ReasonCode.PROTOCOL_ERROR);
            case MESSAGE_EXPIRY, SESSION_EXPIRY, WILL_DELAY -> numbers[id] = in.u32();
            case MAXIMUM_PACKET_SIZE -> numbers[id] = notZero(in.u32(), id);
            case RECEIVE_MAXIMUM -> numbers[id] = notZero(in.u16(), id);
            // 0 and too high a value have a reason code of their own, where the maximum is known.
            case TOPIC_ALIAS, TOPIC_ALIAS_MAXIMUM -> numbers[id] = in.u16();
            case SUBSCRIPTION_IDENTIFIER -> numbers[id] = notZero(in.varInt(), id);
            case CORRELATION_DATA, AUTHENTICATION_DATA -> in.skipBinary();
            case RESPONSE_TOPIC -> responseTopic(in);
            case USER_PROPERTY -> {
                if (++userProperties > maxUserProperties) {
                    throw new PacketException(
                            ReasonCode.QUOTA_EXCEEDED, "more than " + maxUserProperties + " user properties");
                }
                in.skipString();
                in.skipString();
            }
            default -> in.skipString();
        }
    }

    private static int flag(PacketReader in, int id, ReasonCode reason) {
        int value = in.u8();
        if (value > 1) {
            throw new PacketException(reason, "property " + id + " is " + value + ", neither 0 nor 1");
        }
        return value;
    }

    private static long notZero(long value, int id) {
        if (value == 0) {
            throw PacketException.protocolError("property " + id + " is 0");
        }
        return value;
    }

    private static void responseTopic(PacketReader in) {
        int length = in.bytesOfString();
        if (length == 0) {
            throw PacketException.protocolError("response topic is empty [MQTT-4.7.3-1]");
        }
        byte[] utf8 = in.scratch();
        Utf8.check(utf8, length);
        for (int i = 0; i < length; i++) {
            if (utf8[i] == '+' || utf8[i] == '#') {
                throw PacketException.protocolError("response topic holds a wildcard [MQTT-3.3.2-14]");
            }
        }
    }

    boolean has(int id) {
        return (seen & (1L << id)) != 0;
    }

    /** The value of a number, or {@code absent}. */
    long number(int id, long absent) {
        return has(id) ? numbers[id] : absent;
    }

    @Nullable
    String string(PacketReader in, int id) {
        if (!has(id)) {
            return null;
        }
        int position = in.position();
        in.seek(positions[id]);
        String value = in.string();
        in.seek(position);
        return value;
    }

    byte @Nullable [] binary(PacketReader in, int id) {
        if (!has(id)) {
            return null;
        }
        int position = in.position();
        in.seek(positions[id]);
        byte[] value = in.binary();
        in.seek(position);
        return value;
    }

    /** All user properties of a CONNECT, in their order. */
    List<UserProperty> userProperties(PacketReader in) {
        if (!has(USER_PROPERTY)) {
            return List.of();
        }
        List<UserProperty> found = new ArrayList<>();
        int position = in.position();
        in.seek(start);
        while (in.position() < end) {
            int id = in.u8();
            switch (id) {
                case USER_PROPERTY -> found.add(new UserProperty(in.string(), in.string()));
                case REQUEST_PROBLEM_INFORMATION, REQUEST_RESPONSE_INFORMATION -> in.u8();
                case RECEIVE_MAXIMUM, TOPIC_ALIAS_MAXIMUM -> in.u16();
                case SESSION_EXPIRY, MAXIMUM_PACKET_SIZE -> in.u32();
                default -> in.skipBinary();
            }
        }
        in.seek(position);
        return List.copyOf(found);
    }

    /**
     * The properties of a message that are passed on, as they came: all but message expiry, topic alias and will delay
     * [MQTT-3.3.2-4, MQTT-3.3.2-15 to MQTT-3.3.2-20].
     */
    byte[] passedOn(PacketReader in) {
        int length = end - start - width(MESSAGE_EXPIRY, 5) - width(TOPIC_ALIAS, 3) - width(WILL_DELAY, 5);
        if (length == 0) {
            return PacketReader.EMPTY;
        }
        if (length == end - start) {
            return in.copy(start, end);
        }
        int[] cuts = {cut(MESSAGE_EXPIRY), cut(TOPIC_ALIAS), cut(WILL_DELAY)};
        Arrays.sort(cuts);
        byte[] bytes = new byte[length];
        int at = 0;
        int from = start;
        for (int cut : cuts) {
            if (cut >= start) {
                at = in.copy(from, cut, bytes, at);
                from = cut + (has(TOPIC_ALIAS) && cut == cut(TOPIC_ALIAS) ? 3 : 5);
            }
        }
        in.copy(from, end, bytes, at);
        return bytes;
    }

    private int width(int id, int width) {
        return has(id) ? width : 0;
    }

    /** Where a property starts that is left out; before the block if it is not there. */
    private int cut(int id) {
        return has(id) ? positions[id] - 1 : start - 1;
    }
}
