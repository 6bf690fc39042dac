package io.lacewing.lab.history;

import io.lacewing.lab.history.Finding.Kind;
import io.lacewing.lab.history.Sends.Manner;
import java.util.Set;
import java.util.TreeSet;

/** An artificial run: each step takes a millisecond. */
final class Run {
    private static final long HOUR = 3_600;

    final History history;
    private long now = 1_000_000;

    Run() {
        this.history = new History(() -> now += 1_000_000);
    }

    void pass(long seconds) {
        now += seconds * 1_000_000_000;
    }

    /** A persistent client, connected for the first time. */
    ClientLog persistent(String id) {
        ClientLog client = history.client(id, true);
        connect(client, false, HOUR, false);
        return client;
    }

    /** A client whose session ends with its connection, connected. */
    ClientLog brief(String id) {
        ClientLog client = history.client(id, false);
        connect(client, true, 0, false);
        return client;
    }

    /** A persistent client with one subscription. */
    ClientLog subscriber(String id, String filter, int qos) {
        ClientLog client = persistent(id);
        subscribe(client, filter, qos);
        return client;
    }

    void connect(ClientLog client, boolean cleanStart, long expiry, boolean present) {
        client.session().connecting(cleanStart, expiry, "somewhere");
        client.session().connected(present, expiry);
    }

    void subscribe(ClientLog client, String filter, int qos) {
        client.session().subscribed(client.session().subscribing(filter), qos);
    }

    void reconnect(ClientLog client, boolean present) {
        client.session().closed("broken");
        connect(client, false, HOUR, present);
    }

    int send(ClientLog publisher, String topic, int qos) {
        return publisher.sends().begin(history.topic(topic), qos, Manner.PLAIN);
    }

    int acknowledged(ClientLog publisher, String topic, int qos) {
        int number = send(publisher, topic, qos);
        publisher.sends().acknowledged(number);
        return number;
    }

    int retained(ClientLog publisher, String topic, Manner manner, boolean acknowledged) {
        int number = publisher.sends().begin(history.topic(topic), 1, manner);
        if (acknowledged) {
            publisher.sends().acknowledged(number);
        }
        return number;
    }

    void deliver(ClientLog publisher, int number, ClientLog subscriber) {
        deliver(publisher, number, subscriber, 1, false);
    }

    void deliver(ClientLog publisher, int number, ClientLog subscriber, int connection, boolean dup) {
        subscriber.deliveries().add(publisher.index(), number, connection, dup, false);
    }

    void deliverRetained(ClientLog publisher, int number, ClientLog subscriber) {
        subscriber.deliveries().add(publisher.index(), number, 1, false, true);
    }

    Verdict verdict() {
        return new Judge(history).judge();
    }

    /** The kinds of what is wrong. */
    Set<Kind> kinds() {
        Set<Kind> kinds = new TreeSet<>();
        verdict().findings().forEach(finding -> kinds.add(finding.kind()));
        return kinds;
    }
}
