package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.Changes;
import io.lacewing.cluster.core.NodeMessage.Digests;
import io.lacewing.cluster.core.NodeMessage.Hello;
import io.lacewing.cluster.core.NodeMessage.Ranges;
import io.lacewing.persistence.shard.Owed;
import io.lacewing.router.Message;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import io.lacewing.router.TopicFilter;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SIGNATURES ONLY, for those who build on it; the body is being written. */
abstract class Tables {

    /** New: {@code new Tables(long self, String nodeId, TableSettings, Links, Effects)}. */

    /** After {@link Links#viewChanged} and after its completed tokens were dispatched. */
    abstract void viewChanged(View view);

    // what comes over links
    abstract void receive(long from, Hello hello);

    abstract void receive(long from, Changes changes);

    abstract void receive(long from, Digests digests);

    abstract void receive(long from, Ranges ranges);

    // tokens that Links handed back
    abstract void taken(Token.ChangePart part);

    abstract void taken(Token.HelloPart part);

    // answers of the maps
    abstract void stored(Input.RecordsStored stored);

    abstract void loaded(Input.TablesLoaded loaded);

    /** Input.LocalSubscriptions; RoutePart(request) comes back by takeCompleted, unless request is 0. */
    abstract void localSubscriptions(long request, TopicFilter filter, int delta);

    /** Owed.Route of a shard of this node. */
    abstract void announce(int shard, Owed.Route route, @Nullable Token token);

    /** A message with a retainedVersion: as it is, or if 0 with one made now (to be forwarded with it too). */
    abstract Message stamped(Message message);

    /** Stores a stamped message as its topic's retained one, or removes that if its payload is empty. */
    abstract void retain(Message stamped, @Nullable Token token);

    /** The present tables, including changes of this turn. */
    abstract RouteIndex routes();

    abstract RetainedIndex retained();

    /** True once joined: the tables are complete. Effect.Ready has been emitted. */
    abstract boolean isReady();

    /** PublishPart, OwedPart, RoutePart tokens that are done; call until empty. */
    abstract List<Token> takeCompleted();

    /** Before {@link Links#tick} or after, no matter. */
    abstract void tick(long now);

    /** End of a turn, BEFORE {@link Links#flush}: emits PublishRoutes, PublishRetained, StoreRecords, queues Changes. */
    abstract void flush();
}
