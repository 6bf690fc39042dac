package io.lacewing.cluster.core;

import io.lacewing.cluster.core.Effect.Answer;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One node of a {@link TestCluster} and all that its core wanted done. */
final class TestNode {
    final long incarnation;
    final NodeCore core;
    final Map<Long, Answer> replies = new HashMap<>();
    /** The requests in the order of their replies. */
    final List<Long> order = new ArrayList<>();

    final List<Delivery> delivered = new ArrayList<>();
    final List<Effect.DeliverLocal> local = new ArrayList<>();
    final List<Long> closed = new ArrayList<>();
    final List<Effect.Note> notes = new ArrayList<>();
    final List<Frame> sent = new ArrayList<>();
    RouteIndex routes = RouteIndex.empty();
    RetainedIndex retained = RetainedIndex.empty();
    RetainedIndex own = RetainedIndex.empty();
    boolean alive = true;
    boolean ready;

    @Nullable
    ClusterStanding standing;
    /** Its connections end as soon as they are taken over. */
    boolean closesAtOnce = true;

    final List<Long> written = new ArrayList<>();
    final List<String> answered = new ArrayList<>();
    /** The orders that were answered. */
    final List<Long> ordered = new ArrayList<>();

    private long requests;
    final View.Member member;
    /** Its data directory; null if it keeps everything in memory. */
    final @Nullable TestDisk disk;

    TestNode(long incarnation, CoreSettings settings) {
        this(new View.Member(incarnation, "node-" + incarnation), settings, null);
    }

    TestNode(View.Member member, CoreSettings settings, @Nullable TestDisk disk) {
        this.incarnation = member.incarnation();
        this.member = member;
        this.disk = disk;
        Recovered found = disk == null ? Recovered.nothing(NodeState.of(member.identity())) : disk.recovered();
        this.core = new NodeCore(member, settings, found);
    }

    long nextRequest() {
        return ++requests;
    }

    @Nullable
    Answer reply(long request) {
        return replies.get(request);
    }

    /** The payloads of the PUBLISHes delivered to a connection, in order. */
    List<String> payloads(long connection) {
        List<String> payloads = new ArrayList<>();
        for (Delivery delivery : delivered) {
            if (delivery instanceof Delivery.Publish publish
                    && publish.connection().number() == connection) {
                payloads.add(TestCluster.text(publish.message()));
            }
        }
        return payloads;
    }

    /** The payloads given to transient sessions, in order. */
    List<String> localPayloads() {
        return local.stream().map(given -> TestCluster.text(given.message())).toList();
    }

    boolean noted(Effect.Event event) {
        return notes.stream().anyMatch(note -> note.event() == event);
    }

    /** All messages of a kind that it put into frames. */
    <M extends NodeMessage> List<M> sent(Class<M> kind) {
        return sent.stream()
                .flatMap(frame -> frame.messages().stream())
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }
}
