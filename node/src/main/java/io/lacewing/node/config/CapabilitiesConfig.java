package io.lacewing.node.config;

import java.util.List;

/**
 * Which of the parts of MQTT that a server may leave out this one has (3.2.2.3).
 *
 * @param maximumQos the highest QoS of a PUBLISH, 0 to 2 (3.2.2.3.4)
 * @param retainAvailable whether messages are retained (3.2.2.3.5)
 * @param wildcardSubscriptions whether filters may hold wildcards (3.2.2.3.11)
 * @param subscriptionIdentifiers whether subscriptions may have identifiers (3.2.2.3.12)
 * @param sharedSubscriptions whether subscriptions may be shared (3.2.2.3.13)
 */
public record CapabilitiesConfig(
        int maximumQos,
        boolean retainAvailable,
        boolean wildcardSubscriptions,
        boolean subscriptionIdentifiers,
        boolean sharedSubscriptions) {
    static final Key<Integer> MAXIMUM_QOS = new Key<>(
            "mqtt.maximumQos",
            KeyType.integer(0, 2),
            "2",
            "Highest QoS of messages from clients, wills too. A client that sends above it is disconnected; a"
                    + " subscription that asks for more is granted this.");
    static final Key<Boolean> RETAIN_AVAILABLE = new Key<>(
            "mqtt.retainAvailable",
            KeyType.bool(),
            "true",
            "Whether clients may have messages retained. `false`: who asks for it, in a PUBLISH or a will, is"
                    + " disconnected.");
    static final Key<Boolean> WILDCARD_SUBSCRIPTIONS = new Key<>(
            "mqtt.wildcardSubscriptions",
            KeyType.bool(),
            "true",
            "Whether filters may hold `+` and `#`. `false`: an MQTT 5 client that tries is disconnected, an older"
                    + " one refused the subscription.");
    static final Key<Boolean> SUBSCRIPTION_IDENTIFIERS = new Key<>(
            "mqtt.subscriptionIdentifiers",
            KeyType.bool(),
            "true",
            "Whether subscriptions may have identifiers. `false`: a client that gives one is disconnected.");
    static final Key<Boolean> SHARED_SUBSCRIPTIONS = new Key<>(
            "mqtt.sharedSubscriptions",
            KeyType.bool(),
            "true",
            "Whether there are shared subscriptions (`$share/GROUP/FILTER`), for clients of all versions. `false`: as"
                    + " for `mqtt.wildcardSubscriptions`.");
    static final List<Key<?>> KEYS = List.of(
            MAXIMUM_QOS, RETAIN_AVAILABLE, WILDCARD_SUBSCRIPTIONS, SUBSCRIPTION_IDENTIFIERS, SHARED_SUBSCRIPTIONS);

    static CapabilitiesConfig from(Settings settings) {
        return new CapabilitiesConfig(
                settings.get(MAXIMUM_QOS),
                settings.get(RETAIN_AVAILABLE),
                settings.get(WILDCARD_SUBSCRIPTIONS),
                settings.get(SUBSCRIPTION_IDENTIFIERS),
                settings.get(SHARED_SUBSCRIPTIONS));
    }
}
