package io.lacewing.cluster.sim;

import io.lacewing.router.Message;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/** How things read in a trace. */
final class Words {
    private static final Pattern ARRAYS = Pattern.compile("(payload|properties)=\\[B@[0-9a-f]+, ?");
    private static final Pattern MESSAGE = Pattern.compile(", expiresAt=9223372036854775807");

    private Words() {}

    /** One line; a message's arrays are left out, as they are shown as addresses. */
    static String of(Object what) {
        if (what instanceof Packet.Publish publish) {
            return "PUBLISH " + publish.packetId() + " " + publish.qos() + (publish.dup() ? " dup" : "")
                    + (publish.retain() ? " retain" : "") + " " + of(publish.message());
        }
        if (what instanceof Message message) {
            return message.topic() + " #" + Publication.idOf(message);
        }
        String text = what.toString();
        return MESSAGE.matcher(ARRAYS.matcher(text).replaceAll("")).replaceAll("");
    }

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
