package io.lacewing.node.ban;

import io.lacewing.node.audit.Shown;
import io.lacewing.node.net.Network;
import io.lacewing.node.ban.Ban.Cause;
import io.lacewing.node.ban.Ban.Kind;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What operators do with the ban list, as objects of JSON: {@code ban} and {@code unban} with {@code kind} and {@code value}, the
 * former also with {@code forMillis}, {@code reason} and {@code by}; {@code bans} lists. Answers in lines for people. Any thread.
 */
public final class BanOrders {
    private static final int MAX_VALUE_BYTES = 1_024;
    private static final int MAX_REASON = 200;
    private static final int MAX_BY = 64;
    private static final int MOST_LINES = 1_000;

    private final Bans bans;
    private final Consumer<String> told;

    /**
     * Makes it.
     *
     * @param told hears of each change, in words
     */
    public BanOrders(Bans bans, Consumer<String> told) {
        this.bans = bans;
        this.told = told;
    }

    /**
     * Sets a ban.
     *
     * @return lines for people; failed with the reason if it was not set
     * @throws IllegalArgumentException with a message for people if the order is faulty
     */
    public Future<List<String>> ban(JsonObject order) {
        Kind kind = kind(order);
        String value = value(kind, order);
        long now = System.currentTimeMillis();
        long millis = number(order, "forMillis");
        Ban ban = new Ban(
                kind,
                value,
                now,
                millis == 0 ? Ban.FOR_EVER : now + millis,
                cut(text(order, "by", "an operator"), MAX_BY),
                cut(text(order, "reason", ""), MAX_REASON),
                Cause.OPERATOR);
        if (!bans.hasRoom(false) && !bans.has(kind, value)) {
            throw new IllegalArgumentException("there are as many bans as bans.max allows; lift some first");
        }
        String line = line(ban);
        return bans.set(ban).map(done -> {
            told.accept("ban " + line);
            return List.of("banned: " + line);
        });
    }

    /** Lifts a ban; as {@link #ban}. */
    public Future<List<String>> unban(JsonObject order) {
        Kind kind = kind(order);
        String value = value(kind, order);
        if (!bans.has(kind, value)) {
            throw new IllegalArgumentException("there is no ban of " + kind.word() + " " + Shown.of(value)
                    + "; `lacewing bans` lists those there are");
        }
        String by = cut(text(order, "by", "an operator"), MAX_BY);
        return bans.lift(kind, value).map(done -> {
            told.accept("unban " + kind.word() + " " + Shown.of(value) + ", by " + Shown.of(by));
            return List.of("no longer banned: " + kind.word() + " " + Shown.of(value));
        });
    }

    /** Lists the bans, the newest first. */
    public Future<List<String>> list(JsonObject order) {
        List<Ban> all = bans.list();
        all.sort(Comparator.comparingLong(Ban::since).reversed());
        List<String> lines = new ArrayList<>();
        all.stream().limit(MOST_LINES).forEach(ban -> lines.add(line(ban)));
        if (all.size() > MOST_LINES) {
            lines.add("and " + (all.size() - MOST_LINES) + " more, older ones");
        }
        return Future.succeededFuture(lines.isEmpty() ? List.of("nobody is banned") : lines);
    }

    private static String line(Ban ban) {
        String reason = ban.reason().isEmpty() ? "" : ": " + Shown.of(ban.reason(), MAX_REASON);
        String by = ban.cause() == Cause.OPERATOR ? Shown.of(ban.by()) : ban.by();
        return ban.describe(Shown.of(ban.value(), MAX_VALUE_BYTES), by) + reason;
    }

    private static Kind kind(JsonObject order) {
        Kind kind = BanRows.kind(text(order, "kind", ""));
        if (kind == null) {
            throw new IllegalArgumentException("the kind must be client-id, user or address");
        }
        return kind;
    }

    private static String value(Kind kind, JsonObject order) {
        String value = text(order, "value", "");
        int bytes = value.getBytes(StandardCharsets.UTF_8).length;
        if (bytes == 0 || bytes > MAX_VALUE_BYTES) {
            throw new IllegalArgumentException("the value must have 1 to " + MAX_VALUE_BYTES + " bytes");
        }
        if (kind != Kind.ADDRESS) {
            return value;
        }
        try {
            return Network.of(value).toString();
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("the address " + e.getMessage(), e);
        }
    }

    private static String text(JsonObject order, String name, String otherwise) {
        Object value = order.getValue(name, otherwise);
        if (value instanceof String text) {
            return text;
        }
        throw new IllegalArgumentException(name + " must be text");
    }

    private static long number(JsonObject order, String name) {
        @Nullable Object value = order.getValue(name, 0);
        if (value instanceof Number number && number.longValue() >= 0 && number.longValue() < Long.MAX_VALUE / 4) {
            return number.longValue();
        }
        throw new IllegalArgumentException(name + " must be a number of milliseconds");
    }

    private static String cut(String text, int most) {
        return text.substring(0, text.offsetByCodePoints(0, Math.min(most, text.codePointCount(0, text.length()))));
    }
}
