package io.lacewing.lab.history;

import io.lacewing.lab.history.Finding.Kind;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** What one subscriber got, against what everybody published: lost, twice, out of order, invented. */
final class DeliveryRule {
    private final History history;
    private final ClientLog subscriber;
    private final List<String> topics;
    private final List<Subscription> subscriptions;
    private final Map<Integer, int[]> firsts = new HashMap<>();
    private final Map<Line, Integer> highest = new HashMap<>();

    /** What must keep its order. */
    private record Line(int publisher, int topic, int qos) {}

    DeliveryRule(History history, ClientLog subscriber, List<String> topics) {
        this.history = history;
        this.subscriber = subscriber;
        this.topics = topics;
        this.subscriptions = subscriber.session().subscriptions();
    }

    void check(List<Finding> findings, Figures figures) {
        Deliveries deliveries = subscriber.deliveries();
        for (int i = 0; i < deliveries.count(); i++) {
            if (!deliveries.retain(i)) {
                delivered(i, findings, figures);
            }
        }
        figures.suppressed(deliveries.suppressedCount());
        boolean promised = subscriptions.stream().anyMatch(subscription -> subscription.promisedAt(history.now()));
        if (promised && subscriber.persistent()) {
            if (subscriber.session().isConnected()) {
                losses(findings, figures);
            } else {
                findings.add(new Finding(Kind.UNREACHABLE, subscriber.id(), "is not connected at the end"));
            }
        }
    }

    private void delivered(int i, List<Finding> findings, Figures figures) {
        Deliveries deliveries = subscriber.deliveries();
        ClientLog publisher = history.clients().get(deliveries.publisher(i));
        int number = deliveries.number(i);
        int[] first = firsts.computeIfAbsent(
                publisher.index(), p -> new int[publisher.sends().count()]);
        figures.delivered();
        if (first[number] == 0) {
            first[number] = i + 1;
            inOrder(publisher, number, i, findings);
        } else {
            again(publisher, number, first[number] - 1, i, findings, figures);
        }
    }

    private void inOrder(ClientLog publisher, int number, int i, List<Finding> findings) {
        Sends sends = publisher.sends();
        int topic = sends.topic(number);
        if (sends.sentAt(number)
                < subscribedAt(topics.get(topic), subscriber.deliveries().at(i))) {
            return; // sent before the subscription, so its turn may have been before it
        }
        Line line = new Line(publisher.index(), topic, sends.qos(number));
        int before = highest.getOrDefault(line, -1);
        if (number < before) {
            findings.add(new Finding(
                    Kind.ORDER,
                    subscriber.id(),
                    publisher.id() + " " + number + " came after " + before + " on " + topics.get(topic)));
        }
        highest.put(line, Math.max(before, number));
    }

    /** When the newest subscription to a topic was acknowledged that was so at {@code at}; NEVER if none. */
    private long subscribedAt(String topic, long at) {
        long newest = -1;
        for (Subscription subscription : subscriptions) {
            if (subscription.acknowledgedAt() <= at && subscription.matches(topic)) {
                newest = Math.max(newest, subscription.acknowledgedAt());
            }
        }
        return newest < 0 ? History.NEVER : newest;
    }

    private void again(ClientLog publisher, int number, int first, int i, List<Finding> findings, Figures figures) {
        Deliveries deliveries = subscriber.deliveries();
        Sends sends = publisher.sends();
        boolean bothPersistent = publisher.persistent() && subscriber.persistent();
        if (sends.qos(number) == 2 && bothPersistent && grantedQos(topics.get(sends.topic(number))) == 2) {
            findings.add(new Finding(
                    Kind.TWICE,
                    subscriber.id(),
                    publisher.id() + " " + number + " on connections " + deliveries.connection(first) + " and "
                            + deliveries.connection(i)));
            return;
        }
        boolean explained = deliveries.dup(i)
                || deliveries.connection(first) != deliveries.connection(i)
                || reconnected(publisher, sends.sentAt(number), deliveries.at(i));
        figures.again(explained);
        Line line = new Line(publisher.index(), sends.topic(number), sends.qos(number));
        if (!explained && number < highest.getOrDefault(line, -1)) {
            findings.add(new Finding(
                    Kind.ORDER,
                    subscriber.id(),
                    publisher.id() + " " + number + " came again after " + highest.get(line) + " without DUP, and"
                            + " neither side had connected anew"));
        }
    }

    private int grantedQos(String topic) {
        return subscriptions.stream()
                .filter(subscription -> subscription.matches(topic))
                .mapToInt(Subscription::grantedQos)
                .min()
                .orElse(0);
    }

    private static boolean reconnected(ClientLog client, long after, long before) {
        return client.session().events().stream()
                .anyMatch(
                        event -> event instanceof SessionEvent.Connected && event.at() > after && event.at() < before);
    }

    private void losses(List<Finding> findings, Figures figures) {
        for (ClientLog publisher : history.clients()) {
            Sends sends = publisher.sends();
            int[] first = firsts.getOrDefault(publisher.index(), new int[sends.count()]);
            for (int number = 0; number < sends.count(); number++) {
                if (sends.qos(number) > 0
                        && sends.acknowledgedAt(number) != History.NEVER
                        && promised(topics.get(sends.topic(number)), sends.sentAt(number))) {
                    figures.promised();
                    if (first[number] == 0) {
                        findings.add(lost(publisher, number));
                    }
                }
            }
        }
    }

    private boolean promised(String topic, long sentAt) {
        for (Subscription subscription : subscriptions) {
            if (subscription.promisedAt(sentAt) && subscription.matches(topic)) {
                return true;
            }
        }
        return false;
    }

    private Finding lost(ClientLog publisher, int number) {
        Sends sends = publisher.sends();
        return new Finding(
                Kind.LOST,
                subscriber.id(),
                publisher.id() + " " + number + " at QoS " + sends.qos(number) + " on "
                        + topics.get(sends.topic(number)) + ", sent at " + history.time(sends.sentAt(number))
                        + ", acknowledged at " + history.time(sends.acknowledgedAt(number)));
    }
}
