package io.lacewing.router;

import org.jspecify.annotations.Nullable;

/**
 * What a client subscribes to: levels with the wildcards {@code +} and {@code #}, and, for a shared subscription
 * {@code $share/group/filter}, the group (4.7.1, 4.8.2). An instance is always valid. Immutable.
 */
public final class TopicFilter {
    private static final String SHARE = "$share/";

    private final String value;
    private final @Nullable String group;
    private final String[] levels;

    private TopicFilter(String value, @Nullable String group, String[] levels) {
        this.value = value;
        this.group = group;
        this.levels = levels;
    }

    /**
     * Parses a filter as it stands in SUBSCRIBE or UNSUBSCRIBE.
     *
     * @throws TopicException naming the rule that {@code value} breaks
     */
    public static TopicFilter of(String value) {
        byte[] utf8 = Levels.encode(value, "topic filter");
        if (!value.startsWith(SHARE)) {
            return new TopicFilter(value, null, checked(Levels.split(value)));
        }
        int slash = value.indexOf('/', SHARE.length());
        if (slash < 0 || slash == utf8.length - 1 || slash == value.length() - 1) {
            throw new TopicException("shared subscription without a topic filter after its group [MQTT-4.8.2-2]");
        }
        String group = value.substring(SHARE.length(), slash);
        if (group.isEmpty()) {
            throw new TopicException("shared subscription with an empty group name [MQTT-4.8.2-1]");
        }
        if (group.indexOf('+') >= 0 || group.indexOf('#') >= 0) {
            throw new TopicException("shared subscription with a wildcard in its group name [MQTT-4.8.2-2]");
        }
        return new TopicFilter(value, group, checked(Levels.split(value.substring(slash + 1))));
    }

    private static String[] checked(String[] levels) {
        for (int i = 0; i < levels.length; i++) {
            String level = levels[i];
            if (level.indexOf('#') >= 0 && (level.length() > 1 || i < levels.length - 1)) {
                throw new TopicException("'#' must be the whole of the last level of a topic filter [MQTT-4.7.1-1]");
            }
            if (level.indexOf('+') >= 0 && level.length() > 1) {
                throw new TopicException("'+' must be the whole of its level in a topic filter [MQTT-4.7.1-2]");
            }
        }
        return levels;
    }

    /** The filter as the client wrote it, with {@code $share/group/} if it is shared; its identity. */
    public String value() {
        return value;
    }

    /** The share group, or null if this is not a shared subscription. */
    public @Nullable String group() {
        return group;
    }

    /** True if this is a shared subscription (4.8.2). */
    public boolean isShared() {
        return group != null;
    }

    /** The levels of the filter proper, without share prefix. Shared: not to be changed. */
    public String[] levels() {
        return levels;
    }

    /** True if {@code topic} is covered, by 4.7.1 and 4.7.2. For single checks; many filters belong in a trie. */
    public boolean matches(TopicName topic) {
        String[] names = topic.levels();
        if (topic.isSystem() && (levels[0].equals("+") || levels[0].equals("#"))) {
            return false;
        }
        for (int i = 0; i < levels.length; i++) {
            if (levels[i].equals("#")) {
                return true;
            }
            if (i >= names.length || !(levels[i].equals("+") || levels[i].equals(names[i]))) {
                return false;
            }
        }
        return levels.length == names.length;
    }

    /** True if {@code +} or {@code #} occurs. */
    public boolean hasWildcard() {
        for (String level : levels) {
            if (level.equals("+") || level.equals("#")) {
                return true;
            }
        }
        return false;
    }

    @Override
    public boolean equals(Object o) {
        return o instanceof TopicFilter other && value.equals(other.value);
    }

    @Override
    public int hashCode() {
        return value.hashCode();
    }

    @Override
    public String toString() {
        return value;
    }
}
