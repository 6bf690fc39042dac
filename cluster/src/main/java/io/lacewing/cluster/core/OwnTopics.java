package io.lacewing.cluster.core;

import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The topics on which the broker keeps rows of its own beside the retained messages: {@value #ROOT} and those below. Only
 * {@link Input.Order.Keep} puts something there. No client sees them, as they are in an index of their own, and a message on such
 * a topic is never retained, whoever published it.
 */
public final class OwnTopics {
    /** The first level. */
    public static final String ROOT = "$lacewing";

    private static final byte[] BYTES = ROOT.getBytes(StandardCharsets.US_ASCII);

    private OwnTopics() {}

    /** True for {@value #ROOT} and the topics below it. Costs a look at the first byte for all that do not begin with '$'. */
    public static boolean has(TopicName topic) {
        byte[] name = topic.utf8();
        return name[0] == '$'
                && name.length >= BYTES.length
                && Arrays.equals(name, 0, BYTES.length, BYTES, 0, BYTES.length)
                && (name.length == BYTES.length || name[BYTES.length] == '/');
    }
}
