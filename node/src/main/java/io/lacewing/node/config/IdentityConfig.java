package io.lacewing.node.config;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who the node is and how many event loops it runs ({@code node.*}).
 *
 * @param id the node's name for people, or null: generated once and kept in the data directory
 * @param eventLoops how many event loops serve clients; 0: one per core
 */
public record IdentityConfig(@Nullable String id, int eventLoops) {
    /** What an id looks like; also what a file that keeps one may hold. */
    public static final String ID_PATTERN = "[A-Za-z0-9][A-Za-z0-9._-]{0,63}";

    static final Key<String> ID = new Key<>(
            "node.id",
            KeyType.text("1 to 64 letters, digits, '.', '_' or '-', the first a letter or digit", ID_PATTERN),
            null,
            "Name of the node, for people. Without it one is generated and kept in `node.id` in `persistence.dir`.");
    static final Key<Integer> EVENT_LOOPS = new Key<>(
            "node.eventLoops",
            KeyType.integer(0, 1024),
            "0",
            "Threads that serve connections. 0: as many as the machine has cores.");
    static final List<Key<?>> KEYS = List.of(ID, EVENT_LOOPS);

    static IdentityConfig from(Settings settings) {
        return new IdentityConfig(settings.find(ID), settings.get(EVENT_LOOPS));
    }

    /** The number of event loops on this machine. */
    public int effectiveEventLoops() {
        return eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops;
    }
}
