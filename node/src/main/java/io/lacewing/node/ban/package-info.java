/**
 * Who may not come: the ban list that all nodes share, what puts somebody on it by itself, and what operators do with it. Knows
 * no packets.
 */
@NullMarked
package io.lacewing.node.ban;

import org.jspecify.annotations.NullMarked;
