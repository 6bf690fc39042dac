package io.lacewing.persistence.shard;

import static io.lacewing.persistence.shard.ShardDriver.message;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The judge judged: outputs that a right shard never gives, each breaking one invariant. */
class InvariantsTest {
    private static final ConnectionId CONNECTION = new ConnectionId(1, 1);
    private static final Origin NODE = Origin.node(1);
    private final Invariants invariants = new Invariants();
    private long sequence;
    private long number;

    @BeforeEach
    void aClientIsAttached() {
        attach(1, false, List.of());
    }

    private void attach(long epoch, boolean present, List<Long> awaits) {
        saw(
                new ShardOp.Attach("c", CONNECTION, false, 60, 10, null),
                new OpResult.Attached(present, true, epoch, awaits),
                List.of(),
                List.of());
    }

    private void saw(ShardOp op, OpResult result, List<Delivery> deliveries, List<Owed> owed) {
        number++;
        sequence++;
        invariants.saw(
                new Batch(1, 1, sequence, 0, 1, List.of(new Batch.NumberedOp(NODE, number, number - 1, op)), List.of()),
                new Applied(
                        1,
                        sequence,
                        0,
                        List.of(new Applied.Answer.Result(NODE, number, result)),
                        deliveries,
                        owed,
                        Long.MAX_VALUE));
    }

    private void delivered(Delivery... deliveries) {
        saw(new ShardOp.Tick(), new OpResult.Ok(), List.of(deliveries), List.of());
    }

    private void owed(Owed... owed) {
        saw(new ShardOp.Tick(), new OpResult.Ok(), List.of(), List.of(owed));
    }

    private void acknowledged(int packetId, Kind kind) {
        saw(new ShardOp.Acknowledge("c", 1, packetId, kind, 0), new OpResult.Ok(), List.of(), List.of());
    }

    private static Delivery publish(long epoch, long number, int packetId, int qos, boolean dup, String text) {
        Message message = message("a", qos, text);
        return new Delivery.Publish(
                "c", CONNECTION, epoch, number, packetId, Qos.of(qos), dup, false, List.of(), message);
    }

    private static void breaks(String name, Runnable output) {
        assertEquals(name, assertThrows(Invariants.Broken.class, output::run).name);
    }

    @Test
    void aPacketIdTwiceInFlight() {
        delivered(publish(1, 1, 5, 1, false, "m-1"));
        breaks("no packet id twice in flight", () -> delivered(publish(1, 2, 5, 1, false, "m-2")));
    }

    @Test
    void aPacketIdMayReturnWhenItsMessageHasEnded() {
        delivered(publish(1, 1, 5, 1, false, "m-1"));
        acknowledged(5, Kind.PUBACK);
        delivered(publish(1, 2, 5, 1, false, "m-2"));
    }

    @Test
    void aQos2MessageTwice() {
        delivered(publish(1, 1, 5, 2, false, "m-1"));
        acknowledged(5, Kind.PUBREC);
        acknowledged(5, Kind.PUBCOMP);
        breaks("exactly once", () -> delivered(publish(1, 2, 6, 2, false, "m-1")));
    }

    @Test
    void aPublishAfterPubrec() {
        delivered(publish(1, 1, 5, 2, false, "m-1"));
        acknowledged(5, Kind.PUBREC);
        attach(2, true, List.of());
        breaks("no PUBLISH after PUBREL", () -> delivered(publish(2, 1, 5, 2, true, "m-1")));
    }

    @Test
    void aPubrelWithoutPubrec() {
        delivered(publish(1, 1, 5, 2, false, "m-1"));
        attach(2, true, List.of());
        breaks("PUBREL after PUBREC", () -> delivered(new Delivery.Pubrel("c", CONNECTION, 2, 1, 5)));
    }

    @Test
    void aMessageSentAgainUnderAnotherId() {
        delivered(publish(1, 1, 5, 1, false, "m-1"));
        attach(2, true, List.of());
        breaks("sent again under its packet id", () -> delivered(publish(2, 1, 6, 1, true, "m-1")));
    }

    @Test
    void messagesOutOfOrder() {
        delivered(publish(1, 1, 1, 1, false, "m-2"));
        breaks("order of a publisher", () -> delivered(publish(1, 2, 2, 1, false, "m-1")));
    }

    @Test
    void aGapInTheDeliveries() {
        breaks("deliveries are numbered without gaps", () -> delivered(publish(1, 2, 1, 1, false, "m-1")));
    }

    @Test
    void aDeliveryToATakenOverConnection() {
        attach(2, true, List.of());
        breaks("one attached epoch", () -> delivered(publish(1, 1, 1, 1, false, "m-1")));
    }

    @Test
    void anAttachEpochTwice() {
        breaks("attach epochs grow", () -> attach(1, true, List.of()));
    }

    @Test
    void aWillTwice() {
        owed(new Owed.Publish(1, message("a", 1, "will")));
        breaks("published once", () -> owed(new Owed.Publish(2, message("a", 1, "will"))));
    }

    @Test
    void anOutboxIdTwice() {
        owed(new Owed.Close(1, "c", 1, CONNECTION, null));
        breaks("outbox ids never return", () -> owed(new Owed.Close(1, "c", 1, CONNECTION, null)));
    }

    @Test
    void aTakeOverThatForgets() {
        owed(new Owed.Close(1, "c", 1, CONNECTION, null));
        breaks(
                "a take-over lists the whole outbox",
                () -> saw(new ShardOp.TakeOver(1), new OpResult.Ok(), List.of(), List.of()));
    }

    @Test
    void anAwaitThatIsNeverDone() {
        owed(new Owed.Route(7, 1, TopicFilter.of("a"), 1, 0));
        attach(2, true, List.of(7L));
        breaks("what is awaited gets done", () -> invariants.settled(Set.of(7L)));
    }

    @Test
    void aRepeatedDeliveryThatDiffers() {
        delivered(publish(1, 1, 5, 1, false, "m-1"));
        breaks(
                "a repeated delivery is the same",
                () -> saw(
                        new ShardOp.Redeliver("c", 1, 1),
                        new OpResult.Ok(),
                        List.of(publish(1, 1, 6, 1, false, "m-1")),
                        List.of()));
    }
}
