package io.lacewing.cluster.core;

import java.util.List;

/**
 * What crosses the wire between two nodes; may be lost, repeated or late. Links make a reliable order of it.
 *
 * @param from the sender's incarnation
 * @param to the receiver's incarnation
 * @param first the number of the first message; they are numbered from 1 per direction
 * @param acknowledged all messages up to this number have been received and acted upon
 * @param messages the messages, possibly none
 */
public record Frame(long from, long to, long first, long acknowledged, List<NodeMessage> messages) {}
