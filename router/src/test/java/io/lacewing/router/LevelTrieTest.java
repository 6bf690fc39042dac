package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The form of the trie: what is found in it is tested with those who use it. */
class LevelTrieTest {

    @Test
    void levelsWithoutABranchAreOneNode() {
        LevelTrie<String> trie = with(LevelTrie.empty(), "a/b/c");
        assertEquals("[a/b/c=a/b/c]", form(trie));
        trie = with(trie, "a/b/d");
        assertEquals("[a/b[c=a/b/c, d=a/b/d]]", form(trie).replace("d=a/b/d, c=a/b/c", "c=a/b/c, d=a/b/d"));
        assertEquals("[a/b/c=a/b/c]", form(without(trie, "a/b/d")));
        assertEquals("[a=a[b/c=a/b/c]]", form(without(with(trie, "a"), "a/b/d")));
        assertEquals("[a/b/+=a/b/+]", form(without(without(with(trie, "a/b/+"), "a/b/c"), "a/b/d")));
        assertEquals("[]", form(without(without(trie, "a/b/d"), "a/b/c")));
    }

    @Test
    void theFormDependsOnTheContentOnly() {
        Random random = new Random(17);
        for (int round = 0; round < 500; round++) {
            List<String> filters = filters(random);
            List<String> others = filters(random);
            LevelTrie<String> first = LevelTrie.empty();
            for (String filter : filters) {
                first = with(first, filter);
            }
            LevelTrie<String> second = LevelTrie.empty();
            List<String> mixed = new ArrayList<>(others);
            mixed.addAll(filters);
            Collections.shuffle(mixed, random);
            for (String filter : mixed) {
                second = with(second, filter);
            }
            others.removeAll(filters);
            for (String filter : others) {
                second = without(second, filter);
            }
            assertEquals(form(first), form(second));
        }
    }

    private static List<String> filters(Random random) {
        List<String> filters = new ArrayList<>();
        int count = random.nextInt(20);
        for (int i = 0; i < count; i++) {
            TopicFilter filter = RandomTopics.filter(random);
            filters.add(filter.isShared() ? "b/a/b" : filter.value());
        }
        return filters;
    }

    private static LevelTrie<String> with(LevelTrie<String> trie, String path) {
        return trie.with(path.getBytes(StandardCharsets.UTF_8), 0, path);
    }

    private static LevelTrie<String> without(LevelTrie<String> trie, String path) {
        return trie.without(path.getBytes(StandardCharsets.UTF_8), 0);
    }

    private static String form(LevelTrie<String> trie) {
        return form(trie.root());
    }

    private static String form(LevelTrie.@Nullable Node<String> node) {
        if (node == null) {
            return "";
        }
        String label = new String(node.text, node.from(), node.to() - node.from(), StandardCharsets.UTF_8);
        String self = label + (node.value == null ? "" : "=" + node.value);
        if (!(node instanceof LevelTrie.Branch<String> branch)) {
            return self;
        }
        List<String> children = new ArrayList<>();
        HashTrie.forEach(branch.literals(), element -> {
            if (element instanceof Collision<LevelTrie.Node<String>> collision) {
                for (LevelTrie.Node<String> child : collision.elements()) {
                    children.add("!" + form(child));
                }
            } else {
                children.add(form((LevelTrie.Node<String>) element));
            }
        });
        if (branch.plus != null) {
            children.add(form(branch.plus));
        }
        if (branch.hash != null) {
            children.add(form(branch.hash));
        }
        return self + children;
    }
}
