package io.lacewing.node.mqtt;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Decodes PUBLISH packets (3.3) and holds what one connection's client has agreed on: its topic aliases, at most as many
 * as the listener allows.
 */
final class PublishDecoder {
    private final Workbench bench;
    private @Nullable TopicName @Nullable [] aliases;

    PublishDecoder(Workbench bench) {
        this.bench = bench;
    }

    Publish decode(int first, ProtocolVersion version) {
        PacketReader in = bench.reader();
        boolean dup = (first & 8) != 0;
        int level = (first >> 1) & 3;
        if (level == 3) {
            throw PacketException.malformed("QoS 3 [MQTT-3.3.1-4]");
        }
        if (dup && level == 0 && version != ProtocolVersion.V31) {
            throw PacketException.malformed("DUP at QoS 0 [MQTT-3.3.1-2]");
        }
        int length = in.bytesOfString();
        TopicName topic = length == 0 ? null : bench.topics().get(in.scratch(), length);
        int packetId = level == 0 ? 0 : in.packetId();
        byte[] passedOn = PacketReader.EMPTY;
        long expiry = Publish.NO_EXPIRY;
        if (version.isV5()) {
            PropertyBlock properties = bench.properties();
            properties.read(in, PropertyBlock.IN_PUBLISH);
            if (properties.has(PropertyBlock.SUBSCRIPTION_IDENTIFIER)) {
                throw PacketException.protocolError("subscription identifier from a client [MQTT-3.3.4-6]");
            }
            if (properties.has(PropertyBlock.TOPIC_ALIAS)) {
                topic = resolve((int) properties.number(PropertyBlock.TOPIC_ALIAS, 0), topic);
            }
            expiry = properties.number(PropertyBlock.MESSAGE_EXPIRY, Publish.NO_EXPIRY);
            passedOn = properties.passedOn(in);
        }
        if (topic == null) {
            throw PacketException.protocolError("PUBLISH without topic [MQTT-4.7.3-1]");
        }
        return new Publish(topic, Qos.of(level), dup, (first & 1) != 0, packetId, in.rest(), passedOn, expiry);
    }

    /** The topic of an alias, which {@code topic} sets if it was given (3.3.2.3.4). */
    private TopicName resolve(int alias, @Nullable TopicName topic) {
        if (alias == 0 || alias > bench.topicAliasMaximum()) {
            throw new PacketException(
                    ReasonCode.TOPIC_ALIAS_INVALID, "topic alias " + alias + " [MQTT-3.3.2-8, MQTT-3.3.2-9]");
        }
        @Nullable TopicName[] known = aliases;
        if (known == null) {
            known = new @Nullable TopicName[Math.max(4, alias + 1)];
            aliases = known;
        }
        if (topic == null) {
            TopicName set = alias < known.length ? known[alias] : null;
            if (set == null) {
                throw PacketException.protocolError("topic alias " + alias + " was never set");
            }
            return set;
        }
        if (alias >= known.length) {
            int longer = Math.min(bench.topicAliasMaximum() + 1, Math.max(alias + 1, 2 * known.length));
            known = Arrays.copyOf(known, longer);
            aliases = known;
        }
        known[alias] = topic;
        return topic;
    }
}
