package io.lacewing.node.mqtt;

/** Whether a payload is what its Payload Format Indicator says (3.3.2.3.2, 3.1.3.2.3). */
public final class PayloadFormat {
    private PayloadFormat() {}

    /**
     * False if {@code properties} say that the payload is UTF-8 and it is not well-formed. Allocates nothing.
     *
     * @param properties those that are passed on, as in {@link Publish#properties} and {@link Will#properties}
     */
    public static boolean isKept(byte[] properties, byte[] payload) {
        return !saysUtf8(properties) || Utf8.isWellFormed(payload);
    }

    /** Walks over the properties, which the decoder has checked. */
    private static boolean saysUtf8(byte[] properties) {
        int at = 0;
        while (at < properties.length) {
            switch (properties[at++]) {
                case PropertyBlock.PAYLOAD_FORMAT -> {
                    return properties[at] == 1;
                }
                case PropertyBlock.USER_PROPERTY -> at = afterString(properties, afterString(properties, at));
                case PropertyBlock.CONTENT_TYPE, PropertyBlock.RESPONSE_TOPIC, PropertyBlock.CORRELATION_DATA ->
                    at = afterString(properties, at);
                default -> throw new IllegalArgumentException("property " + properties[at - 1] + " is not passed on");
            }
        }
        return false;
    }

    private static int afterString(byte[] properties, int at) {
        return at + 2 + (((properties[at] & 0xFF) << 8) | (properties[at + 1] & 0xFF));
    }
}
