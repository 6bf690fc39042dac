package io.lacewing.node.metrics;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What was kept from a client, as it may not do it. */
public enum DeniedAction {
    /** A PUBLISH. */
    PUBLISH,
    /** A topic filter of a SUBSCRIBE. */
    SUBSCRIBE,
    /** A will. */
    WILL,
    /** A subscription, as the rules had changed. */
    REVOKED;

    static final List<String> NAMES = Arrays.stream(values())
            .map(action -> action.name().toLowerCase(Locale.ROOT))
            .toList();
}
