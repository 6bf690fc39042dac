package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Event;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Says in a few lines what happened to many shards: what they have in common is gathered for a moment. */
final class ShardNotes {
    private static final int NAMED = 12;
    private static final long MOMENT = 500;

    private final Now now;
    private final Effects effects;
    private long since;
    private final Map<Same, TreeSet<Integer>> gathered = new LinkedHashMap<>();

    private record Same(Event event, String detail) {}

    ShardNotes(Now now, Effects effects) {
        this.now = now;
        this.effects = effects;
    }

    void add(Event event, int shard, String detail) {
        since = gathered.isEmpty() ? now.steady() : since;
        gathered.computeIfAbsent(new Same(event, detail), same -> new TreeSet<>())
                .add(shard);
    }

    /** Time passes. */
    void tick() {
        if (gathered.isEmpty() || now.steady() - since < MOMENT) {
            return;
        }
        gathered.forEach((same, shards) ->
                effects.add(new Effect.Note(same.event(), shards.size(), named(shards) + ": " + same.detail())));
        gathered.clear();
    }

    /** One line for each text, with the shards that it is about. */
    static List<String> lines(Map<Integer, String> byShard) {
        Map<String, TreeSet<Integer>> byText = new TreeMap<>();
        byShard.forEach((shard, text) ->
                byText.computeIfAbsent(text, same -> new TreeSet<>()).add(shard));
        return byText.entrySet().stream()
                .map(entry -> named(entry.getValue()) + ": " + entry.getKey())
                .toList();
    }

    private static String named(Set<Integer> shards) {
        String first = shards.stream().limit(NAMED).map(String::valueOf).collect(Collectors.joining(", "));
        int more = shards.size() - NAMED;
        return (shards.size() == 1 ? "shard " : shards.size() + " shards: ")
                + first
                + (more > 0 ? " and " + more + " more" : "");
    }
}
