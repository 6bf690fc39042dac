package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Which filters cover, or overlap, which: against all short topics, one by one. */
class FilterRelationTest {
    private static final int DEPTH = 3;

    /** All texts of up to {@code depth} levels from {@code words}. */
    private static List<String> texts(List<String> words, int depth) {
        List<String> all = new ArrayList<>(words);
        List<String> last = words;
        for (int i = 1; i < depth; i++) {
            List<String> longer = new ArrayList<>();
            for (String text : last) {
                for (String word : words) {
                    longer.add(text + "/" + word);
                }
            }
            all.addAll(longer);
            last = longer;
        }
        return all;
    }

    private static List<TopicFilter> filters() {
        List<TopicFilter> filters = new ArrayList<>(List.of(TopicFilter.of("#")));
        for (String text : texts(List.of("", "a", "$x", "+"), DEPTH)) {
            if (!text.isEmpty()) {
                filters.add(TopicFilter.of(text));
            }
            filters.add(TopicFilter.of(text + "/#"));
        }
        return filters;
    }

    /** One level deeper than the filters, and with a word that no filter has: what shows that one does not cover another. */
    private static List<TopicName> topics() {
        return texts(List.of("", "a", "$x", "new"), DEPTH + 1).stream()
                .filter(text -> !text.isEmpty())
                .map(TopicName::of)
                .toList();
    }

    @Test
    void bothAreAsTheTopicsSay() {
        List<TopicFilter> filters = filters();
        List<TopicName> topics = topics();
        List<BitSet> matched = new ArrayList<>();
        for (TopicFilter filter : filters) {
            BitSet set = new BitSet();
            for (int i = 0; i < topics.size(); i++) {
                set.set(i, filter.matches(topics.get(i)));
            }
            assertFalse(set.isEmpty(), filter::value);
            matched.add(set);
        }
        for (int i = 0; i < filters.size(); i++) {
            for (int j = 0; j < filters.size(); j++) {
                BitSet missing = (BitSet) matched.get(j).clone();
                missing.andNot(matched.get(i));
                TopicFilter one = filters.get(i);
                TopicFilter two = filters.get(j);
                assertEquals(missing.isEmpty(), one.covers(two), () -> one + " covers " + two);
                assertEquals(
                        matched.get(i).intersects(matched.get(j)), one.overlaps(two), () -> one + " overlaps " + two);
            }
        }
    }

    @Test
    void shareGroupsPlayNoPart() {
        TopicFilter shared = TopicFilter.of("$share/g/a/+");
        assertTrue(TopicFilter.of("a/#").covers(shared));
        assertTrue(shared.covers(TopicFilter.of("a/b")));
        assertTrue(shared.overlaps(TopicFilter.of("+/b")));
        assertFalse(TopicFilter.of("+/+").covers(TopicFilter.of("$share/g/a")));
        assertFalse(TopicFilter.of("#").covers(TopicFilter.of("$share/g/$SYS/#")));
    }
}
