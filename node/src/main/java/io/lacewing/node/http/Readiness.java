package io.lacewing.node.http;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Whether the node should get traffic: it should when no condition has an objection. Parts of the node add conditions
 * as they start. Thread-safe.
 */
public final class Readiness {
    private record Condition(String name, Supplier<@Nullable String> objection) {}

    private final List<Condition> conditions = new CopyOnWriteArrayList<>();

    /**
     * Adds a condition.
     *
     * @param name the part that it speaks of, as operators know it
     * @param objection gives what is missing, in words, or null if nothing is; called on any thread, must not block
     */
    public void require(String name, Supplier<@Nullable String> objection) {
        conditions.add(new Condition(name, objection));
    }

    /** What is missing now, by the name of the part, in the order of adding; empty if the node is ready. */
    public Map<String, String> objections() {
        Map<String, String> objections = new LinkedHashMap<>();
        for (Condition condition : conditions) {
            String objection = condition.objection.get();
            if (objection != null) {
                objections.put(condition.name, objection);
            }
        }
        return objections;
    }
}
