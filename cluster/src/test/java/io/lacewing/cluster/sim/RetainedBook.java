package io.lacewing.cluster.sim;

import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** What was published to be retained, and what must be there of it. */
final class RetainedBook {
    private final Book book;
    /**
     * By topic and publication: the lowest and the highest version that it was given. Nodes whose clocks differ may give a
     * lower one to what is sent again, and any of them may be the one that counts.
     */
    private final Map<TopicName, Map<Integer, Entry>> entries = new TreeMap<>();

    private record Entry(long lowest, long highest, boolean removes) {}

    RetainedBook(Book book) {
        this.book = book;
    }

    /** A node has given the message a version. */
    void published(Message message) {
        long version = message.retainedVersion();
        entries.computeIfAbsent(message.topic(), topic -> new TreeMap<>())
                .merge(
                        Publication.idOf(message),
                        new Entry(version, version, message.payload().length == 0),
                        (old, next) -> new Entry(
                                Math.min(old.lowest, next.lowest), Math.max(old.highest, next.highest), old.removes));
    }

    /** {@link Invariant#RETAINED_NEWEST}. */
    void check(SimNode node, RetainedIndex index) {
        Map<TopicName, Long> versions = new HashMap<>();
        index.match(TopicFilter.of("#"), message -> versions.put(message.topic(), message.retainedVersion()));
        entries.forEach((topic, of) -> {
            long acknowledged = 0;
            boolean removed = true;
            for (Map.Entry<Integer, Entry> entry : of.entrySet()) {
                Entry told = entry.getValue();
                if (book.publication(entry.getKey()).isAcked() && told.lowest > acknowledged) {
                    acknowledged = told.lowest;
                    removed = told.removes;
                }
            }
            long newest = acknowledged;
            boolean mayBeGone =
                    removed || of.values().stream().anyMatch(entry -> entry.removes && entry.highest >= newest);
            Long found = versions.get(topic);
            if (found == null ? !mayBeGone : found < acknowledged) {
                throw new Violation(
                        Invariant.RETAINED_NEWEST,
                        node.member() + " has " + (found == null ? "nothing" : "version " + found) + " for " + topic
                                + ", and version " + acknowledged + " was acknowledged");
            }
        });
    }
}
