package io.lacewing.conformance.wire;

/** A protocol version that the suite speaks. */
public enum Version {
    V3("3.1.1", 4),
    V5("5.0", 5);

    private final String words;
    private final int level;

    Version(String words, int level) {
        this.words = words;
        this.level = level;
    }

    /** The protocol level of CONNECT. */
    public int level() {
        return level;
    }

    /** As people write it: "3.1.1", "5.0". */
    @Override
    public String toString() {
        return words;
    }
}
