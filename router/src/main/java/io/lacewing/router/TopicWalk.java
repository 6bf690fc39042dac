package io.lacewing.router;

import java.util.NoSuchElementException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds, in a {@link LevelTrie} of topic names, those that a filter covers (4.7.1, 4.7.2). Lazy: it does a step's work
 * per step, so a caller may take a few of a million and go on later; the trie is immutable and can't change meanwhile.
 */
final class TopicWalk<V> implements BoundedIterator<V> {
    /** Position behind a '#': whatever follows is covered. */
    private static final int ALL = -1;

    private static final int DIFFERENT = -2;

    private final byte[] filter;
    private final int start;
    private final boolean wildStart;
    private final Pending pending = new Pending();
    private @Nullable V next;

    TopicWalk(LevelTrie<V> topics, TopicFilter filter) {
        this.filter = filter.utf8();
        this.start = filter.start();
        this.wildStart = this.filter[start] == '+' || this.filter[start] == '#';
        descend(topics.root(), start);
    }

    @Override
    public boolean hasNext() {
        while (next == null && !pending.isEmpty()) {
            seek(Integer.MAX_VALUE);
        }
        return next != null;
    }

    @Override
    public V next() {
        if (!hasNext()) {
            throw new NoSuchElementException();
        }
        V found = Objects.requireNonNull(next);
        next = null;
        return found;
    }

    @Override
    public int seek(int steps) {
        int left = steps;
        while (next == null && !pending.isEmpty() && left > 0) {
            left--;
            int at = pending.position();
            Object item = pending.pop();
            if (item instanceof HashTrie.Fork<?> fork) {
                pushAll(fork.slots(), at);
            } else if (item instanceof Collision<?> collision) {
                pushAll(collision.elements(), at);
            } else {
                visit(LevelTrie.node(item), at);
            }
        }
        return left;
    }

    /** The last goes first onto the stack, so that the first is visited first. */
    private void pushAll(Object[] items, int at) {
        for (int i = items.length - 1; i >= 0; i--) {
            pending.push(items[i], at);
        }
    }

    private void visit(LevelTrie.Node<V> node, int at) {
        // Wildcards at the first level don't match a topic that begins with '$' [MQTT-4.7.2-1].
        if (wildStart && at == start && node.from() < node.to() && node.text[node.from()] == '$') {
            return;
        }
        int after = at == ALL ? ALL : follow(node, at);
        if (after == DIFFERENT) {
            return;
        }
        boolean rest = after == ALL || (after < filter.length && filter[after] == '#'); // a/# covers a
        if (rest || after > filter.length) {
            next = node.value;
        }
        if (node instanceof LevelTrie.Branch<V> branch && after <= filter.length) {
            descend(branch, rest ? ALL : after);
        }
    }

    /** Puts the children of {@code branch} that may be covered onto the stack. */
    private void descend(LevelTrie.Branch<V> branch, int at) {
        if (at == ALL || (at < filter.length && (filter[at] == '+' || filter[at] == '#'))) {
            HashTrie.Slot<LevelTrie.Node<V>> children = branch.literals();
            if (children != null) {
                pending.push(children, at);
            }
        } else {
            LevelTrie.Node<V> child = branch.candidate(filter, at, Levels.end(filter, at, filter.length));
            if (child != null) {
                pending.push(child, at);
            }
        }
    }

    /** Where the filter's level behind the label of {@code node} begins, or {@link #ALL}, or {@link #DIFFERENT}. */
    private int follow(LevelTrie.Node<V> node, int at) {
        byte[] text = node.text;
        int to = node.to();
        int label = node.from();
        int position = at;
        while (true) {
            int b = position < filter.length ? filter[position] : '/';
            if (b == '#') {
                return ALL;
            }
            if (b == '+') {
                label = Levels.end(text, label, to);
                position++;
                b = '/';
            }
            if (label == to) {
                return b == '/' ? position + 1 : DIFFERENT;
            }
            if (position == filter.length || b != text[label]) {
                return DIFFERENT;
            }
            label++;
            position++;
        }
    }
}
