package io.lacewing.lab.planted;

import io.lacewing.lab.history.Finding.Kind;
import org.jspecify.annotations.Nullable;

/** What the proxy may do wrong, and what the judge has to say of it. */
public enum Lie {
    /** Nothing. */
    NONE(null),
    /** One delivery is kept from a subscriber and acknowledged in its name. */
    LOSE(Kind.LOST),
    /** One QoS 2 delivery is made twice, with another packet identifier. */
    REPEAT(Kind.TWICE),
    /** Two deliveries change places. */
    SWAP(Kind.ORDER),
    /** A session that is there is said not to be. */
    FORGET(Kind.VANISHED),
    /** A session that has ended is said to be there. */
    RAISE(Kind.RESURRECTED),
    /** Retained publishes at QoS 1 are kept from the broker and acknowledged in its name. */
    STALE(Kind.STALE_RETAINED);

    private final @Nullable Kind caughtAs;

    Lie(@Nullable Kind caughtAs) {
        this.caughtAs = caughtAs;
    }

    /** What the judge must find; null for nothing. */
    public @Nullable Kind caughtAs() {
        return caughtAs;
    }
}
