package io.lacewing.lab.nodes;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;

/**
 * All nodes on 127.0.0.1, each with ports of its own, which it has again after a restart. Needs no privileges. The ports lie
 * below those that the system gives to connections, so none of them is taken while a node is down.
 */
public final class LoopbackPlacement implements Placement {
    private static final String HOST = "127.0.0.1";
    private static final int PLACES = 9;
    private static final int LOWEST = 10_000;
    private static final int BLOCKS = 400;
    private static final int BLOCK = PLACES * Place.Ports.COUNT;

    private final int first;

    public LoopbackPlacement() {
        this.first = freeBlock();
    }

    /** Begins the search at a block that depends on the process, so that runs at the same time don't meet. */
    private static int freeBlock() {
        long pid = ProcessHandle.current().pid();
        for (int i = 0; i < BLOCKS; i++) {
            int block = LOWEST + (int) ((pid * 7 + i) % BLOCKS) * BLOCK;
            if (free(block)) {
                return block;
            }
        }
        throw new LabException("no " + BLOCK + " consecutive free ports on " + HOST);
    }

    private static boolean free(int block) {
        for (int port = block; port < block + BLOCK; port++) {
            try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
                if (!socket.isBound()) {
                    return false;
                }
            } catch (IOException taken) {
                return false;
            }
        }
        return true;
    }

    @Override
    public Place place(int index) {
        if (index >= PLACES) {
            throw new LabException("there is room for " + PLACES + " nodes");
        }
        return new Place("n" + (index + 1), HOST, Place.Ports.from(first + index * Place.Ports.COUNT), List.of());
    }

    @Override
    public List<InetSocketAddress> entrances() {
        return List.of();
    }

    @Override
    public void cut(List<Cut> cuts) {
        throw new LabException("nodes on loopback can't be cut off; use --placement netns");
    }

    @Override
    public void slow(Delay delay) {
        throw new LabException("links on loopback can't be slow; use --placement switch");
    }

    @Override
    public void heal() {}

    @Override
    public void close() {}
}
