package io.lacewing.node.auth.http;

import io.lacewing.node.auth.Action;
import io.lacewing.node.auth.Rule;
import io.lacewing.node.auth.TopicPattern;
import io.lacewing.router.Qos;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A rule as a JSON object, with the fields that a rule of the rules file has. */
final class RuleJson {
    private static final Set<String> FIELDS = Set.of("allow", "deny", "topics", "qos", "retain");
    private static final int MAX_TOPICS = 64;

    private RuleJson() {}

    /**
     * Reads a rule.
     *
     * @throws IllegalArgumentException with what is wrong with it
     * @throws ClassCastException if a field has another type than it should have
     */
    static Rule read(@Nullable JsonObject rule) {
        if (rule == null || !FIELDS.containsAll(rule.fieldNames())) {
            throw new IllegalArgumentException("rules must be objects with allow or deny, topics, qos and retain");
        }
        String allow = Answers.text(rule.getValue("allow"));
        String deny = Answers.text(rule.getValue("deny"));
        String effect = allow == null ? deny : allow;
        if (effect == null || (allow != null && deny != null)) {
            throw new IllegalArgumentException("a rule must have one of allow and deny");
        }
        Set<Action> actions;
        try {
            actions = Action.named(effect);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("allow and deny " + e.getMessage(), e);
        }
        Boolean retain = Boolean.class.cast(rule.getValue("retain"));
        if (retain != null && !actions.equals(Set.of(Action.PUBLISH))) {
            throw new IllegalArgumentException("retain is for rules about publish alone");
        }
        return new Rule(
                allow != null, actions, topics(rule.getJsonArray("topics")), qos(rule.getJsonArray("qos")), retain);
    }

    private static List<TopicPattern> topics(@Nullable JsonArray list) {
        if (list == null || list.isEmpty() || list.size() > MAX_TOPICS) {
            throw new IllegalArgumentException("a rule must have a list of 1 to " + MAX_TOPICS + " topics");
        }
        List<TopicPattern> topics = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            String topic = Answers.text(list.getValue(i));
            if (topic == null) {
                throw new IllegalArgumentException("topics must be texts");
            }
            topics.add(TopicPattern.of(topic));
        }
        return topics;
    }

    private static Set<Qos> qos(@Nullable JsonArray list) {
        if (list == null) {
            return Set.of(Qos.values());
        }
        Set<Qos> levels = new LinkedHashSet<>();
        for (int i = 0; i < list.size(); i++) {
            Long level = Answers.whole(list.getValue(i));
            if (level == null || level < 0 || level > 2) {
                throw new IllegalArgumentException("qos must be a list of 0, 1 and 2");
            }
            levels.add(Qos.values()[level.intValue()]);
        }
        if (levels.isEmpty()) {
            throw new IllegalArgumentException("qos must be a list of 0, 1 and 2");
        }
        return levels;
    }
}
