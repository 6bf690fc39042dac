package io.lacewing.node.auth.http;

import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rule;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.remote.UnfitException;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads the answers of a service strictly: what is not known is an error, as a rule that nobody understands protects nobody. */
final class Answers {
    private static final Set<String> FIELDS = Set.of("result", "username", "groups", "rules", "expiresIn");
    private static final int MAX_NAME = 1_024;
    private static final int MAX_GROUPS = 64;
    private static final int MAX_GROUP = 256;
    private static final int MAX_RULES = 256;
    private static final long MAX_SECONDS = 10L * 365 * 24 * 3600;

    private Answers() {}

    /**
     * What an answer says of a client.
     *
     * @param userName the name that the client has given
     * @throws UnfitException if it says nothing that can be used, of this client
     * @throws IllegalStateException if the service is at fault, as its status says
     */
    static Verdict verdict(int status, byte[] body, String userName, Instant now) throws UnfitException {
        return switch (status) {
            case 200 -> read(body, userName, now);
            case 204 -> new Verdict.Next();
            case 403 -> Verdict.WRONG;
            default -> {
                boolean ofTheBroker = status == 401 || status == 407;
                String why = "it answers with status " + status
                        + (ofTheBroker ? ", so it does not know this broker; see auth.http.headers" : "");
                if (status >= 500 || status == 429 || ofTheBroker) {
                    throw new IllegalStateException(why);
                }
                throw new UnfitException(why);
            }
        };
    }

    private static Verdict read(byte[] body, String userName, Instant now) throws UnfitException {
        try {
            // Bytes that are no text must not become some other text.
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(body))
                    .toString();
            return read(new JsonObject(text), userName, now);
        } catch (CharacterCodingException | DecodeException e) {
            throw new UnfitException("the body is no JSON object");
        } catch (ClassCastException e) {
            throw new UnfitException("a field has another type than it should have");
        } catch (IllegalArgumentException e) {
            throw new UnfitException(String.valueOf(e.getMessage()));
        }
    }

    private static Verdict read(JsonObject answer, String userName, Instant now) {
        known(answer, FIELDS);
        String result = text(answer.getValue("result"));
        return switch (result) {
            case "allow" -> allow(answer, userName, now);
            case "deny" -> Verdict.WRONG;
            case "next" -> new Verdict.Next();
            case null, default -> throw new IllegalArgumentException("result must be allow, deny or next");
        };
    }

    private static void known(JsonObject object, Set<String> fields) {
        for (String name : object.fieldNames()) {
            if (!fields.contains(name)) {
                throw new IllegalArgumentException("a field is not known; there are "
                        + String.join(", ", fields.stream().sorted().toList()));
            }
        }
    }

    private static Verdict allow(JsonObject answer, String userName, Instant now) {
        String given = text(answer.getValue("username"));
        String name = given == null ? userName : given;
        if (name.isEmpty() || name.length() > MAX_NAME || name.indexOf(0) >= 0) {
            throw new IllegalArgumentException("username must have 1 to " + MAX_NAME + " characters");
        }
        Long seconds = whole(answer.getValue("expiresIn"));
        if (seconds != null && (seconds < 1 || seconds > MAX_SECONDS)) {
            throw new IllegalArgumentException("expiresIn must be from 1 to " + MAX_SECONDS + " seconds");
        }
        Identity identity =
                new Identity(name, groups(answer.getJsonArray("groups")), false, rules(answer.getJsonArray("rules")));
        return new Verdict.Allow(identity, seconds == null ? null : now.plusSeconds(seconds));
    }

    /** A text, and nothing that could be made one; null stays null. */
    static @Nullable String text(@Nullable Object value) {
        return String.class.cast(value);
    }

    /** A whole number, and nothing that could be made one; null stays null. */
    static @Nullable Long whole(@Nullable Object value) {
        return value instanceof Integer number ? Long.valueOf(number) : Long.class.cast(value);
    }

    private static Set<String> groups(@Nullable JsonArray list) {
        Set<String> groups = new LinkedHashSet<>();
        for (int i = 0; list != null && i < list.size(); i++) {
            String group = text(list.getValue(i));
            if (group == null || group.isEmpty() || group.length() > MAX_GROUP) {
                throw new IllegalArgumentException("groups must be texts of 1 to " + MAX_GROUP + " characters");
            }
            groups.add(group);
        }
        if (groups.size() > MAX_GROUPS) {
            throw new IllegalArgumentException("more than " + MAX_GROUPS + " groups");
        }
        return groups;
    }

    private static List<Rule> rules(@Nullable JsonArray list) {
        List<Rule> rules = new ArrayList<>();
        for (int i = 0; list != null && i < list.size(); i++) {
            if (i == MAX_RULES) {
                throw new IllegalArgumentException("more than " + MAX_RULES + " rules");
            }
            rules.add(RuleJson.read(list.getJsonObject(i)));
        }
        return rules;
    }
}
