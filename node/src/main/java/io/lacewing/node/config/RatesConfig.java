package io.lacewing.node.config;

import io.lacewing.node.rates.RateLimits;
import io.lacewing.node.rates.Rates;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Bounds on rates ({@code limits.rates.*}, {@code listeners[].rates.*}, {@code tenants.rates.*}). */
final class RatesConfig {
    private static final int MAX_MESSAGES = 100_000_000;
    private static final long MAX_BYTES = 4L << 30;

    static final Key<Duration> BURST = new Key<>(
            "limits.rates.burst",
            KeyType.duration(Duration.ofMillis(10), Duration.ofHours(1)),
            "1s",
            "How much of each rate may go at once after a rest: what the rate gives in this time.");

    /** The four rates of whatever has rates. */
    private record Section(Key<Integer> messagesIn, Key<Long> bytesIn, Key<Integer> messagesOut, Key<Long> bytesOut) {
        Section(String name, String whose) {
            this(
                    new Key<>(
                            name + ".messagesIn",
                            KeyType.integer(0, MAX_MESSAGES),
                            "0",
                            "Most PUBLISH packets per second from " + whose
                                    + "; beyond it the node does not read from who sends them for a while. 0: no bound."),
                    new Key<>(
                            name + ".bytesIn",
                            KeyType.size(0, MAX_BYTES),
                            "0B",
                            "Most bytes of MQTT packets per second from " + whose + ", likewise. 0: no bound."),
                    new Key<>(
                            name + ".messagesOut",
                            KeyType.integer(0, MAX_MESSAGES),
                            "0",
                            "Most PUBLISH packets per second to " + whose
                                    + "; beyond it messages at QoS 0 are dropped, others wait in the session's queue."
                                    + " 0: no bound."),
                    new Key<>(
                            name + ".bytesOut",
                            KeyType.size(0, MAX_BYTES),
                            "0B",
                            "Most bytes of PUBLISH packets per second to " + whose + ", likewise. 0: no bound."));
        }

        List<Key<?>> keys() {
            return List.of(messagesIn, bytesIn, messagesOut, bytesOut);
        }

        Rates rates(Settings settings, int... indices) {
            return new Rates(
                    settings.get(messagesIn, indices),
                    settings.get(bytesIn, indices),
                    settings.get(messagesOut, indices),
                    settings.get(bytesOut, indices));
        }
    }

    private static final Section CLIENT = new Section("limits.rates.client", "one connection");
    private static final Section USER = new Section(
            "limits.rates.user",
            "all connections of one user name to this node together (who has proven none has no such bound)");
    private static final Section LISTENER =
            new Section("listeners[].rates", "all connections of this listener together");

    private static final Section TENANT =
            new Section("tenants.rates", "all clients of one tenant at this node together");

    static final List<Key<?>> LISTENER_KEYS = LISTENER.keys();
    static final List<Key<?>> TENANT_KEYS = TENANT.keys();
    static final List<Key<?>> KEYS = keys();

    private RatesConfig() {}

    private static List<Key<?>> keys() {
        List<Key<?>> keys = new ArrayList<>(CLIENT.keys());
        keys.addAll(USER.keys());
        keys.add(BURST);
        return List.copyOf(keys);
    }

    static RateLimits from(Settings settings) {
        List<ListenerConfig> listeners = ListenerConfig.from(settings);
        Map<String, Rates> byListener = new HashMap<>();
        for (int i = 0; i < listeners.size(); i++) {
            byListener.put(listeners.get(i).name(), LISTENER.rates(settings, i));
        }
        return new RateLimits(
                CLIENT.rates(settings), USER.rates(settings), TENANT.rates(settings), byListener, settings.get(BURST));
    }
}
