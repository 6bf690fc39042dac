package io.lacewing.lab.history;

import io.lacewing.lab.history.Finding.Kind;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What new subscribers are told when all is calm. A reader is a client that subscribed after the last publish and is connected
 * at the end. Of each topic that one client publishes retained messages to, it must have got the last one that was
 * acknowledged, or nothing if that was a removal. One that was not acknowledged by then may have won, since it may take effect at any
 * time. And all readers must have got the same.
 */
final class RetainedRule {
    private static final int NOTHING = -1;

    private final History history;
    private final List<String> topics;
    private final Map<Integer, Kept> kept = new TreeMap<>();
    private long lastPublish;

    /** The retained publishes to one topic, in their order. */
    private static final class Kept {
        private final ClientLog publisher;
        private final List<Integer> numbers = new ArrayList<>();

        Kept(ClientLog publisher) {
            this.publisher = publisher;
        }

        boolean removes(int number) {
            return number == NOTHING || publisher.sends().removes(number);
        }

        private boolean open(int number, long at) {
            return publisher.sends().acknowledgedAt(number) > at;
        }

        /** The last that was acknowledged before a reader subscribed. */
        int last(long at) {
            return numbers.stream()
                    .filter(number -> !open(number, at))
                    .max(Integer::compare)
                    .orElse(NOTHING);
        }

        /** Whether a reader may have got this message, or nothing. */
        boolean allows(int got, long at) {
            if (got == NOTHING) {
                return last(at) == NOTHING
                        || numbers.stream().anyMatch(number -> removes(number) && mayBeLast(number, at));
            }
            return numbers.contains(got) && mayBeLast(got, at);
        }

        /**
         * False if a later one is in its place. Messages of one publisher are in order where they are of one QoS, or where the
         * later was sent when the earlier had been acknowledged: what is sent again at QoS 1 may come after a QoS 2 message
         * that was taken.
         */
        private boolean mayBeLast(int number, long at) {
            return open(number, at)
                    || numbers.stream()
                            .noneMatch(later -> later > number && !open(later, at) && follows(later, number));
        }

        private boolean follows(int later, int number) {
            Sends sends = publisher.sends();
            return sends.qos(later) == sends.qos(number) || sends.acknowledgedAt(number) < sends.sentAt(later);
        }
    }

    RetainedRule(History history, List<String> topics) {
        this.history = history;
        this.topics = topics;
    }

    void check(List<Finding> findings) {
        for (ClientLog client : history.clients()) {
            gather(client, findings);
        }
        Map<Integer, String> told = new HashMap<>();
        for (ClientLog client : history.clients()) {
            for (Subscription subscription : client.session().subscriptions()) {
                boolean reads = subscription.acknowledgedAt() != History.NEVER
                        && subscription.acknowledgedAt() > lastPublish
                        && subscription.endedAt() == History.NEVER
                        && client.session().isConnected();
                if (reads) {
                    check(client, subscription, told, findings);
                }
            }
        }
    }

    private void gather(ClientLog client, List<Finding> findings) {
        Sends sends = client.sends();
        for (int number = 0; number < sends.count(); number++) {
            lastPublish = Math.max(lastPublish, sends.sentAt(number));
            if (sends.retained(number)) {
                Kept of = kept.computeIfAbsent(sends.topic(number), topic -> new Kept(client));
                if (of.publisher != client) {
                    findings.add(new Finding(
                            Kind.SCENARIO, client.id(), "two clients publish retained messages to one topic"));
                } else {
                    of.numbers.add(number);
                }
            }
        }
    }

    private void check(ClientLog reader, Subscription subscription, Map<Integer, String> told, List<Finding> findings) {
        Map<Integer, Integer> got = read(reader);
        for (Map.Entry<Integer, Kept> entry : kept.entrySet()) {
            int topic = entry.getKey();
            Kept of = entry.getValue();
            if (!subscription.matches(topics.get(topic))) {
                continue;
            }
            int number = got.getOrDefault(topic, NOTHING);
            if (!of.allows(number, subscription.acknowledgedAt())) {
                findings.add(new Finding(
                        Kind.STALE_RETAINED,
                        reader.id(),
                        "on " + topics.get(topic) + " got " + words(of, number) + "; the last acknowledged is "
                                + words(of, of.last(subscription.acknowledgedAt()))));
            }
            String here = reader.id() + " got " + words(of, number);
            String there = told.putIfAbsent(topic, here);
            if (there != null && !there.endsWith(" got " + words(of, number))) {
                findings.add(new Finding(
                        Kind.STALE_RETAINED,
                        "the nodes differ",
                        "on " + topics.get(topic) + " " + there + ", " + here));
            }
        }
    }

    private static String words(Kept of, int number) {
        if (number == NOTHING) {
            return "nothing";
        }
        return of.publisher.id() + " " + number + (of.removes(number) ? " (a removal)" : "");
    }

    /** By topic, the last retained message that a reader got. */
    private Map<Integer, Integer> read(ClientLog reader) {
        Map<Integer, Integer> got = new HashMap<>();
        Deliveries deliveries = reader.deliveries();
        for (int i = 0; i < deliveries.count(); i++) {
            int number = deliveries.number(i);
            int topic = history.clients().get(deliveries.publisher(i)).sends().topic(number);
            boolean removed =
                    history.clients().get(deliveries.publisher(i)).sends().removes(number);
            got.put(topic, removed ? NOTHING : number);
        }
        return got;
    }
}
