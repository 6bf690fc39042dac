package io.lacewing.node.auth;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;

/**
 * Rights by rules: the first that matches decides, and where none matches it is denied.
 *
 * <p>A filter is judged for all its topics at once. It is refused if it touches what an earlier rule denies, and allowed only
 * if one topic filter of one rule covers it: so a wildcard never gets more than its topics would one by one.
 */
public final class RuleRights implements Rights {
    private final RuleLine[] lines;

    private RuleRights(List<RuleLine> lines) {
        this.lines = lines.toArray(new RuleLine[0]);
    }

    /**
     * The rights of a client that these rules, in this order, are for. What rules without placeholders become is made once, and
     * all clients share it.
     */
    public static RuleRights of(List<Rule> rules, Identity identity, ClientDetails client) {
        List<RuleLine> lines = new ArrayList<>(rules.size());
        for (Rule rule : rules) {
            RuleLine line = rule.line(identity, client);
            if (line != null) {
                lines.add(line);
            }
        }
        return new RuleRights(lines);
    }

    @Override
    public boolean mayPublish(TopicName topic, Qos qos, boolean retain) {
        int asked = RuleLine.publish(qos, retain);
        for (RuleLine line : lines) {
            if (line.about(asked) != 0 && line.matches(topic)) {
                return line.allows();
            }
        }
        return false;
    }

    @Override
    public boolean maySubscribe(TopicFilter filter, Qos qos) {
        int asked = RuleLine.subscribe(qos);
        for (RuleLine line : lines) {
            if (line.about(asked) == 0) {
                continue;
            }
            if (line.allows() && line.covers(filter)) {
                return true;
            }
            if (!line.allows() && line.overlaps(filter)) {
                return false;
            }
        }
        return false;
    }

    @Override
    public boolean mayReceive(TopicName topic) {
        int undecided = RuleLine.RECEIVE;
        for (RuleLine line : lines) {
            int decides = line.about(undecided);
            if (decides == 0 || !line.matches(topic)) {
                continue;
            }
            if (line.allows()) {
                return true;
            }
            undecided &= ~decides;
        }
        return false;
    }
}
