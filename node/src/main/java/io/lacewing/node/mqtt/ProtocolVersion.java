package io.lacewing.node.mqtt;

/** The protocol versions that a CONNECT may name (3.1.2.2). */
public enum ProtocolVersion {
    V31(3),
    V311(4),
    V5(5);

    private final int level;

    ProtocolVersion(int level) {
        this.level = level;
    }

    /** The protocol level as on the wire: 3, 4 or 5. */
    public int level() {
        return level;
    }

    /** True if packets have properties and reason codes. */
    public boolean isV5() {
        return this == V5;
    }
}
