package io.lacewing.cluster.runtime;

import io.lacewing.cluster.core.Frame;

/** Takes frames to other nodes, as well as it can: a lost one is sent again. Called on the core's context. */
public interface Transport {
    void send(Frame frame);
}
