package io.lacewing.node.connection;

import io.lacewing.router.TopicName;
import org.jspecify.annotations.Nullable;

/**
 * The topics that one event loop's clients of tenants used last, as they write them and as the broker knows them: a known one
 * costs a hash that is there already and a comparison. Bounded: each of the {@value #SLOTS} slots holds the last topic that
 * hashed to it, and topics over {@value #MAX_LENGTH} bytes are not kept. Takes nothing until the first tenant comes. Owned by
 * its event loop.
 */
final class MountedTopics {
    private static final int SLOTS = 1024;
    private static final int MAX_LENGTH = 256;

    private record Pair(Mount mount, TopicName own, TopicName mounted) {}

    private @Nullable Pair @Nullable [] byOwn;
    private @Nullable Pair @Nullable [] byMounted;

    /** What {@code own} is to the broker. */
    TopicName mounted(Mount mount, TopicName own) {
        @Nullable Pair[] known = byOwn;
        if (known == null) {
            known = new @Nullable Pair[SLOTS];
            byOwn = known;
        }
        int slot = slot(own.hashCode() ^ mount.hashCode());
        Pair last = known[slot];
        if (last != null && last.own.equals(own) && last.mount.equals(mount)) {
            return last.mounted;
        }
        TopicName made = mount.make(own);
        keep(known, slot, new Pair(mount, own, made));
        return made;
    }

    /** What {@code mounted}, which is of this mount, is to the client. */
    TopicName own(Mount mount, TopicName mounted) {
        @Nullable Pair[] known = byMounted;
        if (known == null) {
            known = new @Nullable Pair[SLOTS];
            byMounted = known;
        }
        int slot = slot(mounted.hashCode());
        Pair last = known[slot];
        if (last != null && last.mounted.equals(mounted)) {
            return last.own;
        }
        TopicName made = mount.cut(mounted);
        keep(known, slot, new Pair(mount, made, mounted));
        return made;
    }

    private static int slot(int hash) {
        return (hash ^ (hash >>> 10) ^ (hash >>> 20)) & (SLOTS - 1);
    }

    private static void keep(@Nullable Pair[] known, int slot, Pair pair) {
        if (pair.mounted.utf8().length <= MAX_LENGTH) {
            known[slot] = pair;
        }
    }
}
