package io.lacewing.cluster.hazelcast;

import java.io.Serial;

/** This node can't be in one cluster with those that it has found; the message names both and says what to do. */
public final class RefusedException extends IllegalStateException {
    @Serial
    private static final long serialVersionUID = 1L;

    RefusedException(String message) {
        super(message);
    }
}
