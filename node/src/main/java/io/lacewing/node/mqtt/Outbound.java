package io.lacewing.node.mqtt;

import io.lacewing.router.Message;

/**
 * A message on its way to one or many clients. It is encoded once per kind of receiver, not once per receiver; make one
 * per message and give the same to all, on whichever event loops they live.
 */
public final class Outbound {
    private final Message message;

    public Outbound(Message message) {
        this.message = message;
    }

    /** What is sent. */
    public Message message() {
        return message;
    }
}
