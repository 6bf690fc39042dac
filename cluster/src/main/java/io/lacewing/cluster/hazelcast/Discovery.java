package io.lacewing.cluster.hazelcast;

import java.util.Comparator;
import java.util.List;

/** How a node finds the others. */
public interface Discovery {
    /**
     * Where other members may be at this moment, this one included. Blocks while names are looked up.
     *
     * @return in the order of their text; empty if a name is not known yet, which is no error: it may come
     */
    List<Endpoint> find();

    /** A list of all members, or of enough of them, that does not change. */
    record Static(List<Endpoint> members) implements Discovery {
        @Override
        public List<Endpoint> find() {
            return members;
        }
    }

    /** One name with an address per member, as a headless service has; all members listen on the same port. */
    record Dns(String name, int port) implements Discovery {
        @Override
        public List<Endpoint> find() {
            return new Endpoint(name, port)
                    .resolved().stream()
                            .sorted(Comparator.comparing(Endpoint::toString))
                            .distinct()
                            .toList();
        }
    }
}
