package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.NodeMessage.Changes;
import io.lacewing.cluster.core.NodeMessage.ChangesKept;
import io.lacewing.cluster.core.NodeMessage.Digests;
import io.lacewing.cluster.core.NodeMessage.Hello;
import io.lacewing.cluster.core.NodeMessage.Ranges;
import io.lacewing.persistence.shard.Owed;
import io.lacewing.router.Destination.NodeDestination;
import io.lacewing.router.Destination.ShardDestination;
import io.lacewing.router.Digest;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.RouteKey;
import io.lacewing.router.RouteValue;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** {@link Tables} of one node, step by step; the node's peer is played by the test. */
class TablesTest {
    private static final long SELF = 1;
    private static final long PEER = 2;
    private static final TopicFilter FILTER = TopicFilter.of("a/+");
    private static final TopicFilter SHARED = TopicFilter.of("$share/g/a");
    private static final TopicName TOPIC = TopicName.of("t");
    private static final RouteKey OWN = new RouteKey(new NodeDestination(SELF), FILTER);
    private static final RouteKey PEERS = new RouteKey(new NodeDestination(PEER), FILTER);

    private final Effects effects = new Effects();
    private final Links links = new Links(SELF, LinkSettings.DEFAULTS, effects);
    private final FakeMajority majority = new FakeMajority();
    private final Tables tables = new Tables(
            new TableNode(new View.Member(SELF, "one"), Recovered.nothing(NodeState.of(SELF)), true),
            TableSettings.DEFAULTS,
            majority,
            links,
            effects);
    private long received;
    private long now = 1_000_000;

    @Test
    void aNodeAloneLoadsAndIsReady() {
        tick(0);
        view(SELF);
        assertEquals(List.of(new Effect.LoadTables()), turn());
        tables.loaded(new Input.TablesLoaded(false, List.of()));
        assertEquals(List.of(), turn());
        assertEquals(List.of(new Effect.LoadTables()), tick(200));
        tables.loaded(new Input.TablesLoaded(true, List.of()));
        assertEquals(List.of(), turn());
        assertTrue(tables.isReady());
    }

    @Test
    void aNodeGreetsBeforeItLoads() {
        view(SELF, PEER);
        assertEquals(List.of(new Hello("one")), sent(turn()));
        acknowledge(1);
        assertEquals(List.of(), turn(), "the peer has said nothing yet");
        majority.says(PEER, true, true, 0);
        assertEquals(List.of(new Effect.LoadTables()), turn());
    }

    @Test
    void whomANodeHasGivenUpItDoesNotWaitFor() {
        majority.givenUp.add(PEER);
        view(SELF, PEER);
        assertEquals(List.of(new Hello("one")), sent(turn()));
        acknowledge(1);
        assertEquals(List.of(new Effect.LoadTables()), turn(), "though the peer has said nothing");
    }

    @Test
    void changesAreGatheredWhileAStoreIsUnderWay() {
        join();
        tables.localSubscriptions(1, FILTER, 1);
        List<Effect> first = turn();
        assertTrue(first.getFirst() instanceof Effect.PublishRoutes, "published before it is sent");
        assertEquals(List.of(route(OWN, 0, 1, RouteValue.PLAIN)), store(first).records());
        tables.localSubscriptions(2, SHARED, 1);
        tables.localSubscriptions(3, SHARED, 1);
        assertEquals(1, turn().size(), "published only");
        tables.stored(new Input.RecordsStored(store(first).store(), true));
        assertEquals(part(1), tables.takeCompleted());
        List<Effect> second = turn();
        RouteKey key = new RouteKey(new NodeDestination(SELF), SHARED);
        assertEquals(
                List.of(route(key, 0, 3, new RouteValue(2, 0))), store(second).records());
        assertEquals(List.of(), tables.takeCompleted());
        tables.stored(new Input.RecordsStored(store(second).store(), true));
        assertEquals(part(2, 3), tables.takeCompleted());
    }

    @Test
    void aChangeIsDoneWhenThePeerKeptItAndTheMapStoredIt() {
        joinWithPeer();
        tables.localSubscriptions(1, FILTER, 1);
        List<Effect> effects = turn();
        assertEquals(List.of(new Changes(1, store(effects).records())), sent(effects));
        tables.stored(new Input.RecordsStored(store(effects).store(), true));
        turn();
        assertEquals(List.of(), tables.takeCompleted());
        acknowledge(2);
        assertEquals(List.of(), tables.takeCompleted(), "taken is not kept");
        tables.receive(PEER, new ChangesKept(1));
        assertEquals(part(1), tables.takeCompleted());
    }

    @Test
    void aChangeIsDoneWhenThePeerIsGone() {
        joinWithPeer();
        tables.localSubscriptions(1, FILTER, 1);
        tables.stored(new Input.RecordsStored(store(turn()).store(), true));
        view(SELF);
        assertEquals(part(1), tables.takeCompleted());
    }

    @Test
    void whoAsksForWhatIsUnderWayWaitsForItToo() {
        join();
        tables.localSubscriptions(1, FILTER, 1);
        tables.localSubscriptions(2, FILTER, 1);
        Effect.StoreRecords store = store(turn());
        tables.localSubscriptions(3, FILTER, 1);
        assertEquals(List.of(), tables.takeCompleted());
        tables.stored(new Input.RecordsStored(store.store(), true));
        assertEquals(part(1, 2, 3), tables.takeCompleted());
        tables.localSubscriptions(4, FILTER, -2);
        assertEquals(part(4), tables.takeCompleted());
        tables.localSubscriptions(5, FILTER, -1);
        assertEquals(List.of(), tables.takeCompleted());
        assertNull(tables.routes().get(OWN));
        assertThrows(IllegalArgumentException.class, () -> tables.localSubscriptions(6, FILTER, -1));
    }

    @Test
    void aFailedStoreIsTriedAgain() {
        join();
        tables.localSubscriptions(1, FILTER, 1);
        Effect.StoreRecords store = store(turn());
        tables.stored(new Input.RecordsStored(store.store(), false));
        assertEquals(List.of(), tick(50));
        assertEquals(List.of(store), tick(100));
        tables.stored(new Input.RecordsStored(store.store(), true));
        assertEquals(part(1), tables.takeCompleted());
    }

    @Test
    void anOlderRecordDoesNotWinOverATombstoneUntilThatIsForgotten() {
        joinWithPeer();
        RouteKey key = new RouteKey(new ShardDestination(7), FILTER);
        tables.announce(7, new Owed.Route(5, 2, FILTER, 0, 0), null);
        tables.receive(PEER, new Changes(1, List.of(route(key, 2, 4, RouteValue.PLAIN))));
        assertNull(tables.routes().get(key));
        for (long passed = 0; passed < CoreSettings.TOMBSTONE_MILLIS + 15_000; passed += 500) {
            tick(500);
        }
        tables.receive(PEER, new Changes(1, List.of(route(key, 2, 4, RouteValue.PLAIN))));
        assertNotNull(tables.routes().get(key));
    }

    @Test
    void theRoutesOfOneThatLeftGoAndAreRefused() {
        joinWithPeer();
        tables.receive(PEER, new Changes(1, List.of(route(PEERS, 0, 1, RouteValue.PLAIN))));
        turn();
        view(SELF);
        assertNull(tables.routes().get(PEERS));
        assertTrue(turn().contains(new Effect.ForgetDestination(PEER)));
        tables.receive(3, new Changes(1, List.of(route(PEERS, 0, 2, RouteValue.PLAIN))));
        assertNull(tables.routes().get(PEERS));
    }

    @Test
    void routesToAStrangerAreKeptForAWhileAsItMayBeJoining() {
        RouteKey key = new RouteKey(new NodeDestination(9), FILTER);
        join(route(key, 0, 1, RouteValue.PLAIN));
        tick(500);
        tick(500);
        assertNotNull(tables.routes().get(key));
        List<Effect> seen = new ArrayList<>();
        for (int i = 0; i < 25; i++) {
            seen.addAll(tick(500));
        }
        assertNull(tables.routes().get(key));
        assertTrue(seen.contains(new Effect.ForgetDestination(9)));
        tables.receive(PEER, new Changes(1, List.of(route(key, 0, 1, RouteValue.PLAIN))));
        assertNull(tables.routes().get(key), "two nodes don't mend each other's tables with it");
        view(SELF, 9);
        tables.receive(PEER, new Changes(1, List.of(route(key, 0, 1, RouteValue.PLAIN))));
        assertNotNull(tables.routes().get(key), "it was joining");
    }

    @Test
    void aRetainedMessageGetsAVersionAboveAllThatWereSeen() {
        join();
        long ahead = (now + 5_000) << 16;
        tables.receive(PEER, new Changes(1, List.of(new TableRecord.Retained(TOPIC, new Version(ahead, PEER), null))));
        Message message = Message.of(TOPIC, new byte[] {1}, Qos.AT_LEAST_ONCE, true);
        assertThrows(IllegalArgumentException.class, () -> tables.retain(message, null));
        Message stamped = tables.stamped(message);
        assertEquals(ahead + 1, stamped.retainedVersion());
        assertEquals(stamped, tables.stamped(stamped));
        tables.retain(stamped, null);
        assertEquals(stamped, tables.retained().get(TOPIC));
        tables.retain(tables.stamped(Message.of(TOPIC, new byte[0], Qos.AT_LEAST_ONCE, true)), null);
        assertNull(tables.retained().get(TOPIC));
    }

    @Test
    void anExpiredMessageGoesAndDoesNotReturn() {
        join();
        Message message = new Message(TOPIC, new byte[1], Qos.AT_LEAST_ONCE, true, now + 300, new byte[0], null, 5);
        TableRecord live = new TableRecord.Retained(TOPIC, new Version(5, PEER), message);
        tables.receive(PEER, new Changes(1, List.of(live)));
        tick(299);
        assertNotNull(tables.retained().get(TOPIC));
        tick(1);
        assertNull(tables.retained().get(TOPIC));
        tables.receive(PEER, new Changes(1, List.of(live)));
        assertNull(tables.retained().get(TOPIC));
    }

    @Test
    void aNewcomerIsToldWhatIsUnderWay() {
        join();
        tables.localSubscriptions(1, FILTER, 1);
        Effect.StoreRecords store = store(turn());
        links.receive(new Frame(PEER, SELF, 1, 0, List.of(new Hello("two"))));
        tables.receive(PEER, new Hello("two"));
        assertEquals(List.of(new Changes(1, store.records())), sent(turn()));
        tables.stored(new Input.RecordsStored(store.store(), true));
        assertEquals(List.of(), tables.takeCompleted());
        tables.receive(PEER, new ChangesKept(1));
        assertEquals(part(1), tables.takeCompleted());
    }

    @Test
    void whoJoinsIsNotReadyWithoutWhatTheMapHasLost() {
        tick(0);
        majority.says(PEER, true, true, 0);
        view(SELF, PEER);
        turn();
        acknowledge(1);
        turn();
        tables.loaded(new Input.TablesLoaded(true, List.of()));
        List<NodeMessage> asked = sent(turn());
        assertEquals(
                List.of(NodeMessage.Table.values()),
                asked.stream().map(ask -> ((Digests) ask).table()).toList());
        assertTrue(asked.stream().allMatch(ask -> ((Digests) ask).joining()));
        TableRecord lost = route(PEERS, 3, 1, RouteValue.PLAIN);
        tables.receive(PEER, new Ranges(NodeMessage.Table.ROUTES, List.of(7), List.of(lost), false));
        tables.receive(PEER, new Ranges(NodeMessage.Table.ROUTES, List.of(), List.of(), false));
        tables.receive(PEER, new Ranges(NodeMessage.Table.RETAINED, List.of(), List.of(), false));
        turn();
        assertFalse(tables.isReady(), "the last table is missing");
        tables.receive(PEER, new Ranges(NodeMessage.Table.HOLDERS, List.of(), List.of(), false));
        turn();
        assertTrue(tables.isReady());
        assertEquals(1, tables.routes().routes(PEERS.destination()).size());
    }

    @Test
    void whoJoinsIsToldAllThatDiffersAtOnce() {
        TableRecord.Route mine = route(OWN, 3, 1, RouteValue.PLAIN);
        TableRecord.Route another = route(PEERS, 3, 1, RouteValue.PLAIN);
        joinWithPeer();
        tables.receive(PEER, new Changes(1, List.of(mine, another)));
        turn();
        List<Long> nothing = Collections.nCopies(Digest.RANGES, 0L);
        tables.receive(PEER, new Digests(NodeMessage.Table.ROUTES, nothing, true));
        List<NodeMessage> answer = sent(turn());
        assertEquals(new Ranges(NodeMessage.Table.ROUTES, List.of(), List.of(), false), answer.getLast());
        assertEquals(
                Set.of(mine, another),
                answer.stream()
                        .flatMap(part -> ((Ranges) part).records().stream())
                        .collect(Collectors.toSet()));
    }

    @Test
    void theGreaterIncarnationSendsDigests() {
        joinWithPeer();
        List<Effect> seen = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            seen.addAll(tick(500));
        }
        assertFalse(sent(seen).stream().anyMatch(message -> message instanceof Digests digests && !digests.joining()));
    }

    // ---- the peer, the map and the clock ----

    private void join(TableRecord... records) {
        tick(0);
        view(SELF);
        turn();
        tables.loaded(new Input.TablesLoaded(true, List.of(records)));
        turn();
    }

    private void joinWithPeer() {
        tick(0);
        majority.says(PEER, true, true, 0);
        view(SELF, PEER);
        turn();
        acknowledge(1);
        turn();
        tables.loaded(new Input.TablesLoaded(true, List.of()));
        turn();
        assertFalse(tables.isReady(), "the peer has not told what it has otherwise");
        for (NodeMessage.Table table : NodeMessage.Table.values()) {
            tables.receive(PEER, new Ranges(table, List.of(), List.of(), false));
        }
        turn();
        assertTrue(tables.isReady());
    }

    private void view(long... members) {
        List<View.Member> list = new ArrayList<>();
        for (long member : members) {
            list.add(new View.Member(member, "n" + member));
        }
        View view = new View(list, List.of());
        links.viewChanged(view);
        tables.viewChanged(view);
        settle();
    }

    private void acknowledge(long number) {
        links.receive(new Frame(PEER, SELF, received + 1, number, List.of()));
        settle();
    }

    private void settle() {
        for (Token token : links.takeCompleted()) {
            switch (token) {
                case Token.HelloPart part -> tables.taken(part);
                default -> throw new AssertionError("not from tables: " + token);
            }
        }
    }

    private List<Effect> tick(long millis) {
        now += millis;
        links.tick(now);
        tables.tick(now);
        return turn();
    }

    private List<Effect> turn() {
        tables.flush();
        links.flush();
        return effects.drain();
    }

    private static Effect.StoreRecords store(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.StoreRecords.class::isInstance)
                .map(Effect.StoreRecords.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static List<NodeMessage> sent(List<Effect> effects) {
        return effects.stream()
                .filter(Effect.Send.class::isInstance)
                .flatMap(effect -> ((Effect.Send) effect).frame().messages().stream())
                .toList();
    }

    private static TableRecord.Route route(RouteKey key, long major, long minor, RouteValue value) {
        return new TableRecord.Route(key, new Version(major, minor), value);
    }

    private static List<Token> part(long... requests) {
        List<Token> parts = new ArrayList<>();
        for (long request : requests) {
            parts.add(new Token.RoutePart(request));
        }
        return parts;
    }
}
