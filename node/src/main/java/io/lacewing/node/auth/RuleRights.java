package io.lacewing.node.auth;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Rights by rules: the first that matches decides, and where none matches it is denied.
 *
 * <p>A filter is judged for all its topics at once. It is refused if it touches what an earlier rule denies, and allowed only
 * if one topic filter of one rule covers it: so a wildcard never gets more than its topics would one by one.
 */
public final class RuleRights implements Rights {
    private static final Qos[] LEVELS = Qos.values();

    /** A rule, for one client. */
    private record Line(
            boolean allows,
            Set<Action> actions,
            TopicFilter[] filters,
            Set<Qos> qos,
            @Nullable Boolean retain) {

        boolean isAbout(Action action, Qos level) {
            return actions.contains(action) && qos.contains(level);
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

    private final Line[] lines;

    private RuleRights(List<Line> lines) {
        this.lines = lines.toArray(new Line[0]);
    }

    /** The rights of a client that these rules, in this order, are for. */
    public static RuleRights of(List<Rule> rules, Identity identity, ClientDetails client) {
        List<Line> lines = new ArrayList<>(rules.size());
        for (Rule rule : rules) {
            List<TopicFilter> filters = new ArrayList<>(rule.topics().size());
            for (TopicPattern pattern : rule.topics()) {
                TopicFilter filter = pattern.filter(rule.allows(), identity, client);
                if (filter != null) {
                    filters.add(filter);
                }
            }
            if (!filters.isEmpty()) {
                lines.add(new Line(
                        rule.allows(), rule.actions(), filters.toArray(new TopicFilter[0]), rule.qos(), rule.retain()));
            }
        }
        return new RuleRights(lines);
    }

    @Override
    public boolean mayPublish(TopicName topic, Qos qos, boolean retain) {
        for (Line line : lines) {
            boolean meant = line.isAbout(Action.PUBLISH, qos) && (line.retain == null || line.retain == retain);
            if (meant && line.matches(topic)) {
                return line.allows;
            }
        }
        return false;
    }

    @Override
    public boolean maySubscribe(TopicFilter filter, Qos qos) {
        for (Line line : lines) {
            if (!line.isAbout(Action.SUBSCRIBE, qos)) {
                continue;
            }
            if (line.allows && line.covers(filter)) {
                return true;
            }
            if (!line.allows && line.overlaps(filter)) {
                return false;
            }
        }
        return false;
    }

    @Override
    public boolean mayReceive(TopicName topic) {
        for (Qos level : LEVELS) {
            if (mayReceive(topic, level)) {
                return true;
            }
        }
        return false;
    }

    private boolean mayReceive(TopicName topic, Qos level) {
        for (Line line : lines) {
            if (line.isAbout(Action.SUBSCRIBE, level) && line.matches(topic)) {
                return line.allows;
            }
        }
        return false;
    }
}
