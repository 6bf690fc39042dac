package io.lacewing.cluster.sim;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.nio.ByteBuffer;

/** One message that a client meant to publish, however often it was sent, or a will. */
final class Publication {
    final int id;
    final String publisher;
    final TopicName topic;
    final Qos qos;
    final boolean retain;
    /** A part of the publisher's life within which its order counts: its session, or at QoS 0 its connection. */
    final long era;

    /** True if the publisher's session is persistent: at QoS 2 its shard's outbox forwards the message. */
    boolean persistent;

    /** True if it was sent again to a session that may not know it: {@link KnownGap#CONNECT_COMES_LATE}. */
    boolean doubtful;

    int sends;
    long sentAt;
    /** When the publisher got PUBACK or PUBREC; 0 until then. */
    long ackedAt;

    /** Who publishes what. */
    record About(String publisher, TopicName topic, Qos qos, boolean retain, long era) {}

    Publication(int id, About about) {
        this.id = id;
        this.publisher = about.publisher();
        this.topic = about.topic();
        this.qos = about.qos();
        this.retain = about.retain();
        this.era = about.era();
    }

    boolean isAcked() {
        return ackedAt > 0;
    }

    /** The message as it is sent; its id is its correlation data, which the broker passes on. */
    Message message(boolean emptyPayload) {
        byte[] properties = ByteBuffer.allocate(7)
                .put((byte) 9)
                .putShort((short) 4)
                .putInt(id)
                .array();
        byte[] payload = emptyPayload ? new byte[0] : Words.bytes("payload");
        // The id stands in the publisher's name, too, where a trace shows it; nobody here subscribes with No Local.
        return new Message(topic, payload, qos, retain, Message.NEVER, properties, publisher + "#" + id, 0);
    }

    /** The id of the publication that a received message belongs to. */
    static int idOf(Message message) {
        return ByteBuffer.wrap(message.properties()).getInt(3);
    }

    @Override
    public String toString() {
        return "#" + id + " of " + publisher + " to " + topic + " at " + qos + (isAcked() ? " acknowledged" : "");
    }
}
