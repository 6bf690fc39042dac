package io.lacewing.router;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** A search of a bounded number of steps. */
class TopicWalkTest {
    private static final int TOPICS = 10_000;

    private static RetainedIndex index() {
        RetainedIndex index = RetainedIndex.empty();
        for (int i = 0; i < TOPICS; i++) {
            index = index.with(Message.of(TopicName.of("a/" + i + "/b"), new byte[0], Qos.AT_MOST_ONCE, true));
        }
        return index;
    }

    /** Nothing is found; what it costs to find that out comes in pieces. */
    @Test
    void aSearchStopsInBetween() {
        BoundedIterator<Message> walk = index().matching(TopicFilter.of("+/+/c"));
        int turns = 0;
        while (walk.seek(100) == 0) {
            turns++;
        }
        assertTrue(turns > TOPICS / 200, () -> "too few turns");
        assertFalse(walk.hasNext());
        assertEquals(7, walk.seek(7));
    }

    /** A search in pieces finds the same, in the same order; to seek again when it is known costs nothing. */
    @Test
    void piecesFindTheSame() {
        RetainedIndex index = index();
        List<String> all = new ArrayList<>();
        index.match(TopicFilter.of("#"), message -> all.add(message.topic().value()));
        assertEquals(TOPICS, all.size());
        List<String> found = new ArrayList<>();
        BoundedIterator<Message> walk = index.matching(TopicFilter.of("#"));
        while (true) {
            if (walk.seek(3) > 0) {
                assertEquals(1, walk.seek(1));
                if (!walk.hasNext()) {
                    break;
                }
                found.add(walk.next().topic().value());
            }
        }
        assertEquals(all, found);
    }
}
