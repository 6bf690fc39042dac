package io.lacewing.node.auth;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A rule for one client, in which no placeholders are left; or for all of them, if it never had any. What it is about are bits,
 * so that most rules are passed over by a comparison. Immutable.
 */
final class RuleLine {
    private static final Qos[] LEVELS = Qos.values();

    /** Of {@link #about}: subscriptions and what they bring, one for each level. */
    static final int RECEIVE = 0b111 << 6;

    private final boolean allows;

    /** A bit for each level of a message without RETAIN, then of one with it, then of a subscription. */
    private final short about;

    private final TopicFilter[] filters;

    RuleLine(boolean allows, Set<Action> actions, Set<Qos> levels, @Nullable Boolean retain, TopicFilter[] filters) {
        this.allows = allows;
        int bits = 0;
        for (Qos level : LEVELS) {
            if (levels.contains(level) && actions.contains(Action.PUBLISH)) {
                bits |= retain == null || !retain ? publish(level, false) : 0;
                bits |= retain == null || retain ? publish(level, true) : 0;
            }
            if (levels.contains(level) && actions.contains(Action.SUBSCRIBE)) {
                bits |= subscribe(level);
            }
        }
        this.about = (short) bits;
        this.filters = filters;
    }

    /** What a message is to {@link #about}. */
    static int publish(Qos level, boolean retain) {
        return 1 << (level.value() + (retain ? LEVELS.length : 0));
    }

    /** What a subscription is to {@link #about}. */
    static int subscribe(Qos level) {
        return 1 << (level.value() + 2 * LEVELS.length);
    }

    /** True if it allows what matches, false if it denies it. */
    boolean allows() {
        return allows;
    }

    /** Those of the bits that it is about. */
    int about(int bits) {
        return about & bits;
    }

    boolean matches(TopicName topic) {
        for (TopicFilter filter : filters) {
            if (filter.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    boolean overlaps(TopicFilter asked) {
        for (TopicFilter filter : filters) {
            if (filter.overlaps(asked)) {
                return true;
            }
        }
        return false;
    }

    boolean covers(TopicFilter asked) {
        for (TopicFilter filter : filters) {
            if (filter.covers(asked)) {
                return true;
            }
        }
        return false;
    }
}
