package io.lacewing.router;

import java.util.function.BiConsumer;
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

    /**
     * Visits the value of every filter in {@code trie} that covers {@code topic}, each once.
     *
     * @param context handed to {@code visitor} with each value, so that the visitor needs no object of its own
     */
    static <V, C> void walk(LevelTrie<V> trie, TopicName topic, C context, BiConsumer<? super V, ? super C> visitor) {
        byte[] name = topic.utf8();
        // Wildcards at the first level don't match a topic that begins with '$' [MQTT-4.7.2-1].
        boolean wild = !topic.isSystem();
        Pending waiting = null;
        LevelTrie.Node<V> node = trie.root();
        int at = 0; // where the next level of the topic begins; behind the end: none is left
        while (true) {
            LevelTrie.Node<V> next = null;
            int nextAt = ENDED;
            if (at > name.length) {
                visit(node, context, visitor);
                visit(
                        node instanceof LevelTrie.Branch<V> branch ? branch.hash : null,
                        context,
                        visitor); // a/# covers a
            } else if (node instanceof LevelTrie.Branch<V> branch) {
                visit(wild ? branch.hash : null, context, visitor);
                next = branch.candidate(name, at, Levels.end(name, at, name.length));
                nextAt = next == null ? ENDED : follow(next, name, at, context, visitor);
                LevelTrie.Node<V> plus = wild ? branch.plus : null;
                int plusAt = plus == null ? ENDED : follow(plus, name, at, context, visitor);
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

    private static <V, C> void visit(
            LevelTrie.@Nullable Node<V> node, C context, BiConsumer<? super V, ? super C> visitor) {
        V value = node == null ? null : node.value;
        if (value != null) {
            visitor.accept(value, context);
        }
    }

    /**
     * Compares the label of {@code node} with the levels of {@code name} from {@code at} on, byte by byte: in a label a
     * {@code +} or {@code #} is always a whole level, and in a name there is none. A {@code #} ends the walk with a visit.
     *
     * @return where the level behind the label begins, or {@link #ENDED}
     */
    private static <V, C> int follow(
            LevelTrie.Node<V> node, byte[] name, int at, C context, BiConsumer<? super V, ? super C> visitor) {
        byte[] text = node.text;
        int to = node.to();
        int label = node.from();
        int position = at;
        while (label < to) {
            byte b = text[label];
            if (b == '+') {
                position = Levels.end(name, position, name.length);
            } else if (position < name.length && b == name[position]) {
                position++;
            } else {
                // a/# covers what begins with a/, and a itself.
                boolean parent = position == name.length && b == '/' && label + 2 == to && text[label + 1] == '#';
                visit(b == '#' || parent ? node : null, context, visitor);
                return ENDED;
            }
            label++;
        }
        return position == name.length || name[position] == '/' ? position + 1 : ENDED;
    }
}
