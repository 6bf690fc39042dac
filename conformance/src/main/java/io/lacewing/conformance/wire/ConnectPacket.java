package io.lacewing.conformance.wire;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A CONNECT in the making (3.1): by default right, with Clean Start, keep alive 60 s and nothing else. */
public final class ConnectPacket {
    private static final int USER_NAME = 0x80;
    private static final int PASSWORD = 0x40;
    private static final int WILL_RETAIN = 0x20;
    private static final int WILL = 0x04;
    private static final int CLEAN_START = 0x02;

    private final Version version;
    private byte[] clientId;
    private String protocolName = "MQTT";
    private int level;
    private int keepAlive = 60;
    private boolean cleanStart = true;
    private int flagsToFlip;
    private Properties properties = new Properties();
    private @Nullable Will will;
    private byte @Nullable [] userName;
    private byte @Nullable [] password;

    private record Will(byte[] topic, byte[] payload, int qos, boolean retain, Properties properties) {}

    public ConnectPacket(Version version, String clientId) {
        this.version = version;
        this.level = version.level();
        this.clientId = utf8(clientId);
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    public Version version() {
        return version;
    }

    public String clientId() {
        return new String(clientId, StandardCharsets.UTF_8);
    }

    public ConnectPacket clientId(String text) {
        return clientId(utf8(text));
    }

    public ConnectPacket clientId(byte[] bytes) {
        clientId = bytes;
        return this;
    }

    public ConnectPacket protocolName(String name) {
        protocolName = name;
        return this;
    }

    public ConnectPacket level(int value) {
        level = value;
        return this;
    }

    /** In seconds; 0 for none. */
    public ConnectPacket keepAlive(int seconds) {
        keepAlive = seconds;
        return this;
    }

    public ConnectPacket cleanStart(boolean clean) {
        cleanStart = clean;
        return this;
    }

    /** A session that outlives its connection: not clean, and for v5 with an expiry of so many seconds. */
    public ConnectPacket persistent(long expirySeconds) {
        cleanStart = false;
        if (version == Version.V5) {
            properties.number(Property.SESSION_EXPIRY_INTERVAL, expirySeconds);
        }
        return this;
    }

    /** Bits of the connect flags that are sent other than they would be. */
    public ConnectPacket flipFlags(int bits) {
        flagsToFlip = bits;
        return this;
    }

    /** The properties; to be added to. Not sent for v3. */
    public Properties properties() {
        return properties;
    }

    public ConnectPacket properties(Properties block) {
        properties = block;
        return this;
    }

    public ConnectPacket will(String topic, String payload, int qos, boolean retain) {
        return will(utf8(topic), utf8(payload), qos, retain, new Properties());
    }

    public ConnectPacket will(byte[] topic, byte[] payload, int qos, boolean retain, Properties ofWill) {
        will = new Will(topic, payload, qos, retain, ofWill);
        return this;
    }

    public ConnectPacket userName(String name) {
        return userName(utf8(name));
    }

    public ConnectPacket userName(byte[] name) {
        userName = name;
        return this;
    }

    public ConnectPacket password(byte[] bytes) {
        password = bytes;
        return this;
    }

    /** The whole packet. */
    public byte[] toArray() {
        Bytes body = new Bytes()
                .text(protocolName)
                .u8(level)
                .u8(flags() ^ flagsToFlip)
                .u16(keepAlive)
                .raw(block(properties))
                .binary(clientId);
        if (will != null) {
            body.raw(block(will.properties)).binary(will.topic).binary(will.payload);
        }
        if (userName != null) {
            body.binary(userName);
        }
        if (password != null) {
            body.binary(password);
        }
        return Packets.packet(PacketType.CONNECT.first(), body.toArray());
    }

    private byte[] block(Properties content) {
        return version == Version.V5 ? content.block() : new byte[0];
    }

    private int flags() {
        int flags = cleanStart ? CLEAN_START : 0;
        if (will != null) {
            flags |= WILL | (will.qos << 3) | (will.retain ? WILL_RETAIN : 0);
        }
        return flags | (userName != null ? USER_NAME : 0) | (password != null ? PASSWORD : 0);
    }
}
