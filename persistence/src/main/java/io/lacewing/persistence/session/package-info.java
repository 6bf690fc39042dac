/** The flow of messages of one session: its queue, its packet ids, its QoS 1 and 2 state. Knows nothing of shards. */
@NullMarked
package io.lacewing.persistence.session;

import org.jspecify.annotations.NullMarked;
