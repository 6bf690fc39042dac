package io.lacewing.router;

import java.util.Arrays;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Finds, in a {@link LevelTrie} of topic filters, those that cover a topic (4.7.1, 4.7.2). At each branch at most three
 * ways go on: the literal child, {@code +} and {@code #}; the last ends at once, and only where the first two both fit
 * one has to wait. So the usual match allocates nothing.
 */
final class FilterWalk {
    /** The label does not fit, or nothing is left to follow. */
    private static final int ENDED = -1;

    private FilterWalk() {}

    /** Visits the value of every filter in {@code trie} that covers {@code topic}, each once. */
    static <V> void walk(LevelTrie<V> trie, TopicName topic, Consumer<? super V> visitor) {
        byte[] name = topic.utf8();
        // Wildcards at the first level don't match a topic that begins with '$' [MQTT-4.7.2-1].
        boolean wild = !topic.isSystem();
        @Nullable Pending waiting = null;
        LevelTrie.Node<V> node = trie.root();
        int at = 0; // where the next level of the topic begins; behind the end: none is left
        while (true) {
            LevelTrie.@Nullable Node<V> next = null;
            int nextAt = ENDED;
            if (at > name.length) {
                visit(node, visitor);
                visit(node instanceof LevelTrie.Branch<V> branch ? branch.hash : null, visitor); // a/# covers a
            } else if (node instanceof LevelTrie.Branch<V> branch) {
                visit(wild ? branch.hash : null, visitor);
                next = branch.literal(name, at, Levels.end(name, at, name.length));
                nextAt = follow(next, name, at, visitor);
                LevelTrie.Node<V> plus = wild ? branch.plus : null;
                int plusAt = follow(plus, name, at, visitor);
                if (plus != null && plusAt != ENDED && nextAt != ENDED) {
                    waiting = waiting == null ? new Pending() : waiting;
                    waiting.push(plus, plusAt);
                } else if (plusAt != ENDED) {
                    next = plus;
                    nextAt = plusAt;
                }
            }
            wild = true;
            if (next == null || nextAt == ENDED) {
                if (waiting == null || waiting.isEmpty()) {
                    return;
                }
                nextAt = waiting.position();
                next = LevelTrie.node(waiting.pop());
            }
            node = next;
            at = nextAt;
        }
    }

    private static <V> void visit(LevelTrie.@Nullable Node<V> node, Consumer<? super V> visitor) {
        V value = node == null ? null : node.value;
        if (value != null) {
            visitor.accept(value);
        }
    }

    /**
     * Compares the label of {@code node} with the levels of {@code name} from {@code at} on. A {@code #} ends the walk
     * here, with a visit.
     *
     * @return where the level behind the label begins, or {@link #ENDED}
     */
    private static <V> int follow(LevelTrie.@Nullable Node<V> node, byte[] name, int at, Consumer<? super V> visitor) {
        if (node == null) {
            return ENDED;
        }
        byte[] text = node.text;
        int to = node.to();
        int label = node.from();
        int position = at;
        while (true) {
            int first = label < to ? text[label] : '/';
            if (first == '#') {
                visit(node, visitor);
                return ENDED;
            }
            if (position > name.length) {
                return ENDED;
            }
            int levelEnd = Levels.end(name, position, name.length);
            int labelEnd = first == '+' ? label + 1 : Levels.end(text, label, to);
            if (first != '+' && !Arrays.equals(text, label, labelEnd, name, position, levelEnd)) {
                return ENDED;
            }
            position = levelEnd + 1;
            if (labelEnd == to) {
                return position;
            }
            label = labelEnd + 1;
        }
    }
}
