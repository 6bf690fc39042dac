package io.lacewing.lab.history;

import java.util.ArrayList;
import java.util.List;

/**
 * Judges a history once nothing happens any more: all faults mended, all persistent clients connected, everything that will
 * come has come.
 *
 * <ul>
 *   <li><b>lost</b>: a QoS 1 or 2 message was acknowledged (PUBACK, PUBREC), a persistent client had a subscription to it
 *       acknowledged before the publish began and never ended it, and the message never came.
 *   <li><b>twice</b>: a QoS 2 message of a persistent publisher was delivered twice to a persistent QoS 2 subscriber.
 *   <li><b>order</b>: the first deliveries of a publisher's messages on one topic and of one QoS are not in the order in which
 *       they were published; or an older one came again without DUP although neither side had connected anew.
 *   <li><b>vanished, resurrected</b>: see {@link SessionRule}. <b>stale retained</b>: see {@link RetainedRule}.
 * </ul>
 *
 * What was not acknowledged may be delivered or not. QoS 1 messages may come again.
 */
public final class Judge {
    private final History history;

    public Judge(History history) {
        this.history = history;
    }

    /** What is wrong, and figures. */
    public Verdict judge() {
        List<Finding> findings = new ArrayList<>(history.complaints());
        Figures figures = new Figures(history);
        List<String> topics = history.topicNames();
        for (ClientLog client : history.clients()) {
            new SessionRule(history, client).check(findings);
            new DeliveryRule(history, client, topics).check(findings, figures);
        }
        new RetainedRule(history, topics).check(findings);
        return new Verdict(findings, figures.lines());
    }
}
