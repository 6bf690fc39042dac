package io.lacewing.lab.nodes;

import java.net.InetSocketAddress;
import java.util.List;

/** The hosts of a run and the network between them. Closed, nothing of it is left. */
public interface Placement extends AutoCloseable {
    /** The host of node {@code index}, from 0. */
    Place place(int index);

    /** Where clients may connect to beside the nodes themselves; once the nodes are there. */
    List<InetSocketAddress> entrances();

    /**
     * The network between nodes loses packets from now on, in addition to what it loses already.
     *
     * @throws LabException if that can't be done here
     */
    void cut(List<Cut> cuts);

    /**
     * All links between nodes are slow from now on.
     *
     * @throws LabException if that can't be done here
     */
    void slow(Delay delay);

    /** The network is whole and fast again. */
    void heal();

    @Override
    void close();
}
