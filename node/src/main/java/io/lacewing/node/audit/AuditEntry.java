package io.lacewing.node.audit;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.config.AuditEvent;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One event. Immutable.
 *
 * @param at milliseconds since the epoch
 * @param client whom it is about; null if nobody
 * @param what the method of a connect, the reason code of a disconnect or refusal, what was denied, what an operator did; empty
 *     if this tells only of what was left out
 * @param detail why, or the topic that was denied; may be empty
 * @param leftOut how many events of this kind were left out since the last one that was told
 */
record AuditEntry(AuditEvent event, long at, @Nullable ClientDetails client, String what, String detail, long leftOut) {
    /** Characters of what a client has chosen. */
    private static final int LONG = 256;

    /** An object of JSON, in one line of printable characters: what else there is in a value is escaped. */
    String json() {
        JsonObject json = new JsonObject()
                .put("time", Instant.ofEpochMilli(at).toString())
                .put("event", event.word());
        if (client != null) {
            json.put("clientId", cut(client.clientId()));
            String user = client.userName();
            if (user != null) {
                json.put("user", cut(Shown.user(user)));
            }
            json.put("address", client.remoteAddress())
                    .put("listener", client.listener())
                    .put("protocol", protocol(client.protocolLevel()));
        }
        if (!what.isEmpty()) {
            json.put(whatName(), what);
        }
        if (!detail.isEmpty()) {
            json.put(event == AuditEvent.DENIAL ? "topic" : "why", cut(detail));
        }
        if (leftOut > 0) {
            json.put("leftOut", leftOut);
        }
        return escaped(json.encode());
    }

    private String whatName() {
        return switch (event) {
            case CONNECT -> "method";
            case DISCONNECT, REFUSAL -> "reason";
            case DENIAL -> "action";
            case ADMIN -> "what";
        };
    }

    private static String protocol(int level) {
        return switch (level) {
            case 3 -> "3.1";
            case 4 -> "3.1.1";
            default -> Integer.toString(level);
        };
    }

    private static String cut(String text) {
        String cut = Shown.cut(text, LONG);
        return cut.length() < text.length() ? cut + "..." : text;
    }

    /** JSON may hold some characters as they are that a terminal or an editor obeys. They stand in strings only. */
    private static String escaped(String json) {
        if (json.codePoints().allMatch(Shown::isHarmless)) {
            return json;
        }
        StringBuilder line = new StringBuilder();
        json.codePoints().forEach(point -> {
            if (Shown.isHarmless(point)) {
                line.appendCodePoint(point);
            } else {
                for (char unit : Character.toChars(point)) {
                    line.append(String.format(Locale.ROOT, "\\u%04x", (int) unit));
                }
            }
        });
        return line.toString();
    }

    /** A line for people. */
    String text() {
        if (what.isEmpty()) {
            return leftOut + " more of " + event.word() + " since the last such line";
        }
        return words() + RareLine.more(leftOut);
    }

    private String words() {
        return switch (event) {
            case CONNECT -> who("connected at") + ": by " + what;
            case DISCONNECT -> who("disconnected at") + reason();
            case REFUSAL -> who("refused at") + reason();
            case DENIAL -> who("at") + ": " + said() + " " + Shown.of(detail);
            case ADMIN -> Shown.words(what);
        };
    }

    private String said() {
        return switch (what) {
            case "will" -> "may not leave a will for";
            case "revoked" -> "may not be subscribed any more to";
            default -> "may not " + what + " to";
        };
    }

    private String reason() {
        return ": " + what + ", " + Shown.words(detail);
    }

    private String who(String doing) {
        if (client == null) {
            return doing;
        }
        String user = client.userName();
        String named = user == null ? ", no user name" : ", user name " + shownUser(user);
        return client.remoteAddress() + " " + doing + " " + client.listener() + ", client id "
                + Shown.of(client.clientId()) + named;
    }

    private static String shownUser(String user) {
        String shown = Shown.user(user);
        return shown.equals(user) ? Shown.of(user) : shown;
    }
}
