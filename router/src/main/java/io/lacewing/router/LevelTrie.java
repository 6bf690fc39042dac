package io.lacewing.router;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An immutable trie from paths of levels to values. A path is a topic filter without its share prefix, or a topic name;
 * here {@code +} and {@code #} are levels like any other, the meaning is in the walks: {@link FilterWalk} finds the
 * filters that cover a topic, {@link TopicWalk} the topics that a filter covers.
 *
 * <p>Levels without a branch between them stand in one node (a radix trie), and a node's label is a slice of the UTF-8
 * form of some path below it, not a copy: a million filters {@code d/<i>/cmd} cost one node of 24 bytes each and not two
 * with three strings. Every change copies the nodes from the root to the place of the change; readers of older versions
 * see nothing of it. The form depends only on the content, so the order of walks does too.
 *
 * <p>Nothing here recurses over levels: a path may have 65,536 of them.
 */
final class LevelTrie<V> {
    private static final LevelTrie<?> EMPTY = new LevelTrie<>(new Branch<>(new byte[0], 0, 0, null));

    private final Branch<V> root;

    private LevelTrie(Branch<V> root) {
        this.root = root;
    }

    @SuppressWarnings("unchecked") // it holds nothing, so it is of every type
    static <V> LevelTrie<V> empty() {
        return (LevelTrie<V>) EMPTY;
    }

    /** The root: a branch without label and value. */
    Branch<V> root() {
        return root;
    }

    boolean isEmpty() {
        return root.children() == 0;
    }

    /** A node that a walk over a trie of V had put aside. */
    @SuppressWarnings("unchecked") // a walk puts only nodes of its own trie aside
    static <V> Node<V> node(Object item) {
        return (Node<V>) item;
    }

    /**
     * One or more levels and what is there. The label is text[from, to), where {@code text} holds the whole path from
     * the root down to {@code to}: so nodes are split and joined by moving {@code from} and {@code to}. (A label may so
     * keep alive the text of a path that is gone. Where two serve, the shorter is taken.)
     */
    static sealed class Node<V> implements HashTrie.Element<Node<V>> {
        final byte[] text;
        private final char from;
        private final char to;
        final @Nullable V value;

        private Node(byte[] text, int from, int to, @Nullable V value) {
            this.text = text;
            this.from = (char) from;
            this.to = (char) to;
            this.value = value;
        }

        int from() {
            return from;
        }

        int to() {
            return to;
        }

        private int length() {
            return to - from;
        }

        @Override
        public int hash() {
            return Levels.hash(text, from, Levels.end(text, from, to));
        }

        boolean beginsWith(char level) {
            return from < to && text[from] == level && (from + 1 == to || text[from + 1] == '/');
        }

        Node<V> withLabel(int from, int to) {
            return new Node<>(text, from, to, value);
        }

        Node<V> withValue(byte[] path, @Nullable V value) {
            return new Node<>(path, path.length - length(), path.length, value);
        }

        /** This node as one that can have children. */
        Branch<V> branch() {
            return new Branch<>(text, from, to, value);
        }
    }

    /** A node that others follow: the root, or one with a value or at least two children. */
    static final class Branch<V> extends Node<V> {
        private final HashTrie.@Nullable Slot<Node<V>> literals;
        final @Nullable Node<V> plus;
        final @Nullable Node<V> hash;

        private Branch(byte[] text, int from, int to, @Nullable V value) {
            this(new Node<>(text, from, to, value), null, null, null);
        }

        private Branch(
                Node<V> label,
                HashTrie.@Nullable Slot<Node<V>> literals,
                @Nullable Node<V> plus,
                @Nullable Node<V> hash) {
            super(label.text, label.from(), label.to(), label.value);
            this.literals = literals;
            this.plus = plus;
            this.hash = hash;
        }

        /** The children that begin with a level that is no wildcard. */
        HashTrie.@Nullable Slot<Node<V>> literals() {
            return literals;
        }

        @Override
        Node<V> withLabel(int from, int to) {
            return new Branch<>(super.withLabel(from, to), literals, plus, hash);
        }

        @Override
        Node<V> withValue(byte[] path, @Nullable V value) {
            return new Branch<>(super.withValue(path, value), literals, plus, hash);
        }

        @Override
        Branch<V> branch() {
            return this;
        }

        /** How many children there are: 0, 1, or 2 for any more. */
        int children() {
            int others = (plus == null ? 0 : 1) + (hash == null ? 0 : 1);
            int all = others + (literals == null ? 0 : literals instanceof Node<V> ? 1 : 2);
            return Math.min(all, 2);
        }

        /** The only child that may begin with the level name[at, end), which is no wildcard: to be compared yet. */
        @Nullable
        Node<V> candidate(byte[] name, int at, int end) {
            if (literals == null) {
                return null;
            }
            HashTrie.Element<Node<V>> reached = HashTrie.reach(literals, Levels.hash(name, at, end));
            if (reached instanceof Collision<Node<V>> collision) {
                int index = search(collision.elements(), name, at, end);
                return index < 0 ? null : collision.elements()[index];
            }
            return (Node<V>) reached;
        }

        /** The child that begins with the level name[at, end), which is no wildcard. */
        private @Nullable Node<V> literal(byte[] name, int at, int end) {
            Node<V> node = candidate(name, at, end);
            return node != null && compareFirst(node, name, at, end) == 0 ? node : null;
        }

        /** The child that begins with the level path[at, end), a wildcard or not. */
        @Nullable
        Node<V> child(byte[] path, int at, int end) {
            if (end == at + 1 && path[at] == '+') {
                return plus;
            }
            return end == at + 1 && path[at] == '#' ? hash : literal(path, at, end);
        }

        /** This branch with {@code child} in place of the one with the same first level, if there is one. */
        Branch<V> withChild(Node<V> child) {
            if (child.beginsWith('+')) {
                return new Branch<>(this, literals, child, hash);
            }
            if (child.beginsWith('#')) {
                return new Branch<>(this, literals, plus, child);
            }
            HashTrie.Element<Node<V>> old = literals == null ? null : HashTrie.find(literals, child.hash());
            return new Branch<>(this, HashTrie.with(literals, beside(old, child)), plus, hash);
        }

        private static <V> HashTrie.Element<Node<V>> beside(HashTrie.@Nullable Element<Node<V>> old, Node<V> child) {
            int end = Levels.end(child.text, child.from(), child.to());
            return switch (old) {
                case null -> child;
                case Collision<Node<V>> collision -> {
                    Node<V>[] nodes = collision.elements();
                    int index = search(nodes, child.text, child.from(), end);
                    yield index >= 0
                            ? collision.replaced(index, child)
                            : new Collision<>(old.hash(), Collision.inserted(nodes, -index - 1, child));
                }
                case HashTrie.Element<Node<V>> element -> {
                    Node<V> node = (Node<V>) element;
                    int order = compareFirst(node, child.text, child.from(), end);
                    yield order == 0
                            ? child
                            : new Collision<>(old.hash(), order < 0 ? pair(node, child) : pair(child, node));
                }
            };
        }

        @SuppressWarnings({"unchecked", "rawtypes"}) // an array of a generic type can't be made otherwise
        private static <V> Node<V>[] pair(Node<V> a, Node<V> b) {
            return (Node<V>[]) new Node[] {a, b};
        }

        /** This branch without {@code child}, which must be one of its children. */
        Branch<V> withoutChild(Node<V> child) {
            if (child == plus) {
                return new Branch<>(this, literals, null, hash);
            }
            if (child == hash || literals == null) {
                return new Branch<>(this, literals, plus, null);
            }
            int childHash = child.hash();
            if (!(HashTrie.find(literals, childHash) instanceof Collision<Node<V>> collision)) {
                return new Branch<>(this, HashTrie.without(literals, childHash), plus, hash);
            }
            Node<V>[] nodes = collision.elements();
            int end = Levels.end(child.text, child.from(), child.to());
            Node<V>[] left = Collision.removed(nodes, search(nodes, child.text, child.from(), end));
            HashTrie.Element<Node<V>> rest = left.length == 1 ? left[0] : new Collision<>(childHash, left);
            return new Branch<>(this, HashTrie.with(literals, rest), plus, hash);
        }

        /** What stands for this branch in a trie: nothing, a leaf, its only child joined to it, or itself. */
        @Nullable
        Node<V> normal() {
            int children = children();
            if (children == 0) {
                return value == null ? null : new Node<>(text, from(), to(), value);
            }
            if (children == 2 || value != null) {
                return this;
            }
            Node<V> only = plus != null ? plus : hash != null ? hash : (Node<V>) literals;
            return only == null ? null : only.withLabel(only.from() - 1 - (to() - from()), only.to());
        }

        private static <V> int search(Node<V>[] nodes, byte[] name, int at, int end) {
            int low = 0;
            int high = nodes.length - 1;
            while (low <= high) {
                int middle = (low + high) >>> 1;
                int order = compareFirst(nodes[middle], name, at, end);
                if (order == 0) {
                    return middle;
                }
                if (order < 0) {
                    low = middle + 1;
                } else {
                    high = middle - 1;
                }
            }
            return -low - 1;
        }
    }

    private static int compareFirst(Node<?> node, byte[] name, int at, int end) {
        int nodeEnd = Levels.end(node.text, node.from(), node.to());
        return Arrays.compare(node.text, node.from(), nodeEnd, name, at, end);
    }

    /** The value of the path in {@code text} from {@code start} to its end, or null. */
    @Nullable
    V get(byte[] text, int start) {
        Node<V> node = descend(text, start, new ArrayList<>());
        return node == null ? null : node.value;
    }

    /** The node where the path ends, or null; the branches above it, from the root, are put into {@code above}. */
    private @Nullable Node<V> descend(byte[] text, int start, List<Branch<V>> above) {
        Branch<V> branch = root;
        int at = start;
        while (true) {
            above.add(branch);
            Node<V> child = branch.child(text, at, Levels.end(text, at, text.length));
            if (child == null || common(child, text, at) < child.length()) {
                return null;
            }
            at += child.length() + 1;
            if (at > text.length) {
                return child;
            }
            if (!(child instanceof Branch<V> next)) {
                return null;
            }
            branch = next;
        }
    }

    /** How many bytes of whole levels the label of {@code node} and the path from {@code at} have in common. */
    private static int common(Node<?> node, byte[] text, int at) {
        int limit = Math.min(node.length(), text.length - at);
        int mismatch = Arrays.mismatch(node.text, node.from(), node.from() + limit, text, at, at + limit);
        int same = mismatch < 0 ? limit : mismatch;
        boolean nodeLevelEnds = same == node.length() || node.text[node.from() + same] == '/';
        boolean textLevelEnds = at + same == text.length || text[at + same] == '/';
        if (nodeLevelEnds && textLevelEnds) {
            return same;
        }
        do {
            same--;
        } while (text[at + same] != '/');
        return same;
    }

    /** This trie with {@code value} at the path in {@code text} from {@code start}. The array is kept. */
    LevelTrie<V> with(byte[] text, int start, V value) {
        List<Branch<V>> above = new ArrayList<>();
        Branch<V> branch = root;
        int at = start;
        while (true) {
            above.add(branch);
            Node<V> child = branch.child(text, at, Levels.end(text, at, text.length));
            if (child == null) {
                return rebuilt(above, new Node<>(text, at, text.length, value));
            }
            int common = common(child, text, at);
            if (common < child.length()) {
                return rebuilt(above, split(child, common, text, at, value));
            }
            at += common + 1;
            if (at > text.length) {
                return rebuilt(above, child.withValue(text, value));
            }
            branch = child.branch();
        }
    }

    /** {@code node} cut after {@code common} bytes of its label, with the path put in there or beside the rest. */
    private static <V> Node<V> split(Node<V> node, int common, byte[] text, int at, V value) {
        Node<V> lower = node.withLabel(node.from() + common + 1, node.to());
        if (at + common == text.length) {
            return new Branch<>(text, at, text.length, value).withChild(lower);
        }
        Branch<V> upper = node.text.length <= text.length
                ? new Branch<>(node.text, node.from(), node.from() + common, null)
                : new Branch<>(text, at, at + common, null);
        return upper.withChild(lower).withChild(new Node<>(text, at + common + 1, text.length, value));
    }

    private static <V> LevelTrie<V> rebuilt(List<Branch<V>> above, Node<V> made) {
        Node<V> node = made;
        for (int i = above.size() - 1; i > 0; i--) {
            node = above.get(i).withChild(node);
        }
        return new LevelTrie<>(above.get(0).withChild(node));
    }

    /** This trie without the path in {@code text} from {@code start}; this trie itself if it has no value there. */
    LevelTrie<V> without(byte[] text, int start) {
        List<Branch<V>> above = new ArrayList<>();
        Node<V> found = descend(text, start, above);
        if (found == null || found.value == null) {
            return this;
        }
        Node<V> old = found;
        Node<V> made = found instanceof Branch<V> branch ? ((Branch<V>) branch.withValue(text, null)).normal() : null;
        for (int i = above.size() - 1; i > 0; i--) {
            Branch<V> parent = above.get(i);
            made = (made == null ? parent.withoutChild(old) : parent.withChild(made)).normal();
            old = parent;
        }
        Branch<V> top = made == null ? root.withoutChild(old) : root.withChild(made);
        return top.children() == 0 ? empty() : new LevelTrie<>(top);
    }
}
