package io.lacewing.node.auth;

import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A topic filter of a rule, in which placeholders may stand for whole levels: {@code ${clientid}}, {@code ${username}} and
 * {@code ${cert.cn}}. Immutable.
 */
public final class TopicPattern {
    private static final String OPEN = "${";

    /** What can stand for a level. */
    private enum Placeholder {
        CLIENT_ID("${clientid}"),
        USER_NAME("${username}"),
        COMMON_NAME("${cert.cn}");

        private final String text;

        Placeholder(String text) {
            this.text = text;
        }

        @Nullable
        String value(Identity identity, ClientDetails client) {
            PeerCertificate certificate = client.certificate();
            return switch (this) {
                case CLIENT_ID -> client.clientId();
                case USER_NAME -> identity.userName();
                case COMMON_NAME -> certificate == null ? null : certificate.commonName();
            };
        }

        static @Nullable Placeholder of(String level) {
            for (Placeholder each : values()) {
                if (each.text.equals(level)) {
                    return each;
                }
            }
            return null;
        }
    }

    private final String text;

    /** The pattern as a filter; null if it has placeholders. */
    private final @Nullable TopicFilter fixed;

    private TopicPattern(String text, @Nullable TopicFilter fixed) {
        this.text = text;
        this.fixed = fixed;
    }

    /**
     * Parses a pattern.
     *
     * @throws IllegalArgumentException with a message for people that says what is wrong with it
     */
    public static TopicPattern of(String text) {
        String[] levels = text.split("/", -1);
        boolean placeholders = false;
        for (int i = 0; i < levels.length; i++) {
            if (Placeholder.of(levels[i]) != null) {
                placeholders = true;
                levels[i] = "x";
            } else if (levels[i].contains(OPEN)) {
                throw new IllegalArgumentException("the level '" + levels[i] + "' is no placeholder; there are "
                        + known() + ", each for a whole level");
            }
        }
        TopicFilter filter;
        try {
            filter = TopicFilter.of(String.join("/", levels));
        } catch (TopicException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        if (filter.isShared()) {
            throw new IllegalArgumentException(
                    "a shared subscription is judged by its filter: leave $share and the group out");
        }
        return new TopicPattern(text, placeholders ? null : filter);
    }

    private static String known() {
        return Arrays.stream(Placeholder.values()).map(each -> each.text).collect(Collectors.joining(", "));
    }

    /** The filters of patterns that are the same for all clients; null if one of them is not. */
    static @Nullable List<TopicFilter> fixed(List<TopicPattern> patterns) {
        List<TopicFilter> filters = new ArrayList<>(patterns.size());
        for (TopicPattern pattern : patterns) {
            if (pattern.fixed == null) {
                return null;
            }
            filters.add(pattern.fixed);
        }
        return filters;
    }

    /**
     * The filter for a client. A placeholder becomes one level and nothing else. What can't be one (there is no such value, it
     * is empty, has a {@code /}, {@code +}, {@code #} or U+0000, or would make a first level that begins with {@code $}) makes
     * no filter where the rule allows. Where it denies, the level and those below it stand for everything there, so that
     * nobody gets more by such a value.
     */
    @Nullable
    TopicFilter filter(boolean allows, Identity identity, ClientDetails client) {
        if (fixed != null) {
            return fixed;
        }
        StringBuilder filter = new StringBuilder();
        String[] levels = text.split("/", -1);
        for (int i = 0; i < levels.length; i++) {
            Placeholder placeholder = Placeholder.of(levels[i]);
            String level = placeholder == null ? levels[i] : placeholder.value(identity, client);
            boolean fits = placeholder == null || isLevel(level, i == 0);
            if (!fits && allows) {
                return null;
            }
            filter.append(i == 0 ? "" : "/").append(fits ? level : "#");
            if (!fits) {
                break;
            }
        }
        try {
            return TopicFilter.of(filter.toString());
        } catch (TopicException tooLong) {
            return allows ? null : TopicFilter.of("#");
        }
    }

    private static boolean isLevel(@Nullable String value, boolean first) {
        return value != null
                && !value.isEmpty()
                && !(first && value.startsWith("$"))
                && value.chars().noneMatch(c -> c == '/' || c == '+' || c == '#' || c == 0);
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TopicPattern pattern && pattern.text.equals(text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
