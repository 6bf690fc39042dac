package io.lacewing.node.ban;

import io.lacewing.cluster.core.OwnTopics;
import io.lacewing.node.ban.Ban.Cause;
import io.lacewing.node.ban.Ban.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import org.jspecify.annotations.Nullable;

/**
 * Bans as the rows that the cluster keeps of them: a topic for each, of its kind and a hash of its value, as a client id may hold
 * what a topic can't; and an object of JSON, to which later versions may add fields.
 */
final class BanRows {
    /** All of them. */
    static final TopicFilter ALL = TopicFilter.of(OwnTopics.ROOT + "/bans/#");

    private BanRows() {}

    /** The row that sets a ban; it ends with it. */
    static Message set(Ban ban) {
        byte[] payload = new JsonObject()
                .put("kind", ban.kind().word())
                .put("value", ban.value())
                .put("since", ban.since())
                .put("until", ban.until())
                .put("by", ban.by())
                .put("reason", ban.reason())
                .put("cause", ban.cause().word())
                .toBuffer()
                .getBytes();
        return row(ban.kind(), ban.value(), payload, ban.until());
    }

    /** The row that lifts a ban. */
    static Message lift(Kind kind, String value) {
        return row(kind, value, new byte[0], Message.NEVER);
    }

    private static Message row(Kind kind, String value, byte[] payload, long expiresAt) {
        return new Message(topic(kind, value), payload, Qos.AT_LEAST_ONCE, true, expiresAt, new byte[0], null, 0);
    }

    /** Where the row of a ban is. */
    static TopicName topic(Kind kind, String value) {
        return TopicName.of(OwnTopics.ROOT + "/bans/" + kind.word() + "/" + hash(value));
    }

    private static String hash(String value) {
        try {
            MessageDigest sha = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(sha.digest(value.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("a JDK without SHA-256", e);
        }
    }

    /** The ban of a row; null if it is none that this version knows. */
    static @Nullable Ban read(Message row) {
        try {
            JsonObject said = new JsonObject(Buffer.buffer(row.payload()));
            Kind kind = kind(String.valueOf(said.getString("kind")));
            String value = said.getString("value");
            if (kind == null || value == null || !row.topic().equals(topic(kind, value))) {
                return null;
            }
            return new Ban(
                    kind,
                    value,
                    said.getLong("since"),
                    said.getLong("until"),
                    said.getString("by"),
                    said.getString("reason"),
                    cause(String.valueOf(said.getString("cause"))));
        } catch (DecodeException | ClassCastException | NullPointerException noBan) {
            return null;
        }
    }

    /** The kind that operators write so; null if there is none. */
    static @Nullable Kind kind(String word) {
        for (Kind kind : Kind.values()) {
            if (kind.word().equals(word)) {
                return kind;
            }
        }
        return null;
    }

    private static Cause cause(String word) {
        for (Cause cause : Cause.values()) {
            if (cause.word().equals(word)) {
                return cause;
            }
        }
        return Cause.OPERATOR;
    }
}
