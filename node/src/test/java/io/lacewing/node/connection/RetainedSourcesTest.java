package io.lacewing.node.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RetainHandling;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What is owed to subscriptions is bounded in number, and in work per turn of the event loop. */
class RetainedSourcesTest {
    private static final int TOPICS = 20_000;

    private final ArrayDeque<Runnable> turns = new ArrayDeque<>();

    private static RetainedIndex index() {
        RetainedIndex index = RetainedIndex.empty();
        for (int i = 0; i < TOPICS; i++) {
            index = index.with(Message.of(TopicName.of("a/" + i + "/b"), new byte[0], Qos.AT_LEAST_ONCE, true)
                    .withRetainedVersion(i + 1));
        }
        return index;
    }

    private static Subscription to(String filter) {
        return new Subscription(TopicFilter.of(filter), Qos.AT_LEAST_ONCE, false, false, RetainHandling.SEND, 0);
    }

    @Test
    void whoSubscribesAgainIsOwedOnce() {
        RetainedIndex index = index();
        RetainedSources sources = new RetainedSources(turns::add, () -> {});
        for (int i = 0; i < 1_000; i++) {
            sources.add(to("a/#"), index);
            sources.add(to("b/" + i), index);
            sources.remove(TopicFilter.of("b/" + i));
        }
        assertEquals(1, sources.size());
    }

    /** However often it is asked within a turn, it does the work of a turn; and the next turn is asked for once. */
    @Test
    void aTurnHasItsBound() {
        RetainedIndex index = index();
        RetainedFeed feed = new RetainedFeed("c", turns::add, () -> {});
        for (int i = 0; i < 50; i++) {
            feed.add(to("+/+/c" + i), index);
        }
        int done = 0;
        while (!feed.isDone()) {
            for (int i = 0; i < 10; i++) {
                assertNull(feed.next(index));
            }
            if (!feed.isDone()) {
                assertEquals(1, turns.size());
                turns.remove().run();
                done++;
            }
        }
        // Each topic is at least one step for each filter, and a few more lead there.
        int least = 50 * TOPICS / RetainedSources.STEPS;
        assertTrue(done >= least && done < 3 * least, done + " turns");
    }

    /** All comes, in spite of the turns. */
    @Test
    void aFeedIsComplete() {
        RetainedIndex index = index();
        RetainedFeed feed = new RetainedFeed("c", turns::add, () -> {});
        feed.add(to("+/+/b"), index);
        feed.add(to("nothing"), index);
        int items = 0;
        while (!feed.isDone()) {
            if (feed.next(index) != null) {
                items++;
            } else if (!feed.isDone()) {
                turns.remove().run();
            }
        }
        assertEquals(TOPICS, items);
    }

    /** So do parts; the first of each subscription comes though it is empty. */
    @Test
    void partsAreComplete() {
        RetainedIndex index = index();
        RetainedParts parts = new RetainedParts("c", 1_000, 100, turns::add, () -> {});
        parts.add(to("+/+/b"), index);
        parts.add(to("+/+/c"), index);
        parts.add(to("nothing"), index);
        List<String> first = new ArrayList<>();
        int messages = 0;
        while (!parts.isDone()) {
            RetainedParts.Part part = parts.next(index, 0, true);
            if (part == null && parts.isDone()) {
                break;
            } else if (part == null) {
                turns.remove().run();
            } else {
                parts.arrived();
                part.messages().forEach(message -> parts.sent());
                messages += part.messages().size();
                String filter = part.subscription().filter().value();
                if (!first.contains(filter)) {
                    first.add(filter);
                }
            }
        }
        assertEquals(TOPICS, messages);
        assertEquals(List.of("+/+/b", "+/+/c", "nothing"), first);
    }

    /** A subscription that ends in the middle of its messages is owed no more. */
    @Test
    void whatIsUnsubscribedIsNotSent() {
        RetainedIndex index = index();
        RetainedFeed feed = new RetainedFeed("c", turns::add, () -> {});
        feed.add(to("a/#"), index);
        assertNotNull(feed.next(index));
        feed.remove(TopicFilter.of("a/#"));
        assertNull(feed.next(index));
        assertTrue(feed.isDone());
        RetainedParts parts = new RetainedParts("c", 1_000, 100, turns::add, () -> {});
        parts.add(to("a/#"), index);
        RetainedParts.Part part = parts.next(index, 0, true);
        assertEquals(250, Objects.requireNonNull(part).messages().size());
        parts.remove(TopicFilter.of("a/#"));
        parts.arrived();
        assertNull(parts.next(index, 0, true));
        assertTrue(parts.isDone());
    }
}
