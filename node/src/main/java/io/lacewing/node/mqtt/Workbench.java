package io.lacewing.node.mqtt;

/** What the decoders of one event loop share: the limits of their listener, and scratch space. */
final class Workbench {
    private final int maxPacketSize;
    private final int topicAliasMaximum;
    private final PacketReader reader = new PacketReader();
    private final PropertyBlock properties;
    private final TopicCache topics = new TopicCache();

    Workbench(int maxPacketSize, int topicAliasMaximum, int maxUserProperties) {
        this.maxPacketSize = maxPacketSize;
        this.topicAliasMaximum = topicAliasMaximum;
        this.properties = new PropertyBlock(maxUserProperties);
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
