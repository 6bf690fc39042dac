package io.lacewing.node.mqtt;

/** What the decoders of one event loop share: the limits of their listener, and scratch space. */
final class Workbench {
    private final int maxPacketSize;
    private final int topicAliasMaximum;
    private final PacketReader reader = new PacketReader();
    private final PropertyBlock properties = new PropertyBlock();
    private final TopicCache topics = new TopicCache();

    Workbench(int maxPacketSize, int topicAliasMaximum) {
        this.maxPacketSize = maxPacketSize;
        this.topicAliasMaximum = topicAliasMaximum;
    }

    int maxPacketSize() {
        return maxPacketSize;
    }

    int topicAliasMaximum() {
        return topicAliasMaximum;
    }

    PacketReader reader() {
        return reader;
    }

    PropertyBlock properties() {
        return properties;
    }

    TopicCache topics() {
        return topics;
    }
}
