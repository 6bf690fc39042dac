package io.lacewing.lab.client;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** The addresses of brokers that a client tries, in their order. Used by one thread at a time. */
public final class Route {
    private final List<InetSocketAddress> addresses;
    private int next;

    /** Begins with the address of this index, and goes round. */
    public Route(List<InetSocketAddress> all, int first) {
        this.addresses = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            addresses.add(all.get((first + i) % all.size()));
        }
    }

    /** The next to try. */
    InetSocketAddress next() {
        return addresses.get(next++ % addresses.size());
    }

    /** Begins anew. */
    void restart() {
        next = 0;
    }
}
