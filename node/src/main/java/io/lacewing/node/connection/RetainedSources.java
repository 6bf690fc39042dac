package io.lacewing.node.connection;

import io.lacewing.router.BoundedIterator;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The subscriptions of a session that are owed retained messages, in the order in which they were made. There is one for each
 * filter: who subscribes again is owed everything again, and not what was left from before as well. So a client that takes nothing
 * can't make more of them than it may have subscriptions.
 *
 * <p>Filters that cover few of many retained messages need long searches. They are done {@value #STEPS} steps per turn of the
 * event loop, whatever happens in between, so that nobody holds up the others by them. Owned by that loop.
 */
final class RetainedSources {
    /** Takes about a millisecond. */
    static final int STEPS = 2_000;

    /** One subscription, and what is left of the messages that its filter has matched. */
    static final class Source {
        private final Subscription subscription;
        private final BoundedIterator<Message> messages;
        private List<Message> found = new ArrayList<>(0);
        private boolean begun;

        private Source(Subscription subscription, BoundedIterator<Message> messages) {
            this.subscription = subscription;
            this.messages = messages;
        }

        Subscription subscription() {
            return subscription;
        }

        /** True if something is left; to be asked after {@link #seek}. */
        boolean hasNext() {
            return messages.hasNext();
        }

        Message next() {
            return messages.next();
        }

        /** What has been taken of it and not been sent yet. */
        List<Message> found() {
            return found;
        }

        /** Empties {@link #found}, and says whether that is the first time. */
        boolean begin() {
            boolean first = !begun;
            begun = true;
            found = new ArrayList<>();
            return first;
        }
    }

    private final Consumer<Runnable> nextTurn;
    private final Runnable goOn;
    private final Map<TopicFilter, Source> sources = new LinkedHashMap<>(4);
    private int steps = STEPS;
    private boolean paused;

    /**
     * None yet.
     *
     * @param nextTurn has something done in the next turn of the event loop
     * @param goOn is done then, if a search has not come to its end
     */
    RetainedSources(Consumer<Runnable> nextTurn, Runnable goOn) {
        this.nextTurn = nextTurn;
        this.goOn = goOn;
    }

    /** The subscription is owed all that its filter matches in {@code retained}. */
    void add(Subscription subscription, RetainedIndex retained) {
        remove(subscription.filter());
        sources.put(subscription.filter(), new Source(subscription, retained.matching(subscription.filter())));
    }

    /** There is no such subscription any more, or it has all. */
    void remove(TopicFilter filter) {
        sources.remove(filter);
    }

    int size() {
        return sources.size();
    }

    /** The first one; null if there is none. */
    @Nullable
    Source first() {
        return sources.isEmpty() ? null : sources.values().iterator().next();
    }

    /** True if it is known whether there is more in the source; else that will be sought in the next turn. */
    boolean seek(Source source) {
        steps = paused ? 0 : source.messages.seek(steps);
        if (steps == 0 && !paused) {
            paused = true;
            nextTurn.accept(() -> {
                paused = false;
                steps = STEPS;
                goOn.run();
            });
        }
        return steps > 0;
    }
}
