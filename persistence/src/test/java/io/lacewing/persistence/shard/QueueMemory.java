package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.SessionLimits;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.List;

/**
 * Measures what queues and idle sessions take of the heap, as they are in a shard that got its batches as bytes. Not a test;
 * run {@code java -Xmx2g -cp <the classes and test classes of persistence and router> io.lacewing.persistence.shard.QueueMemory}.
 */
final class QueueMemory {
    private static final ShardLimits LIMITS =
            new ShardLimits(new SessionLimits(1_000_000, 1L << 40, 100, 1 << 20), 100, 100, 1L << 40);
    private static final int PAYLOAD = 16;

    private Shard shard = new Shard(1, LIMITS);
    private int number;

    private QueueMemory() {
        apply(1, new ShardOp.TakeOver(1));
    }

    private Applied apply(long epoch, ShardOp op) {
        boolean owners = op instanceof ShardOp.TakeOver || op instanceof ShardOp.Done;
        number += owners ? 0 : 1;
        NumberedOp numbered = owners ? ShardDriver.owner(op) : new NumberedOp(Origin.node(1), number, number - 1, op);
        List<Batch.Confirmed> confirmed = List.of(new Batch.Confirmed(Origin.node(1), number - 1));
        byte[] bytes =
                BatchCodec.encode(new Batch(1, epoch, shard.sequence() + 1, 1_000, 1, List.of(numbered), confirmed));
        return shard.apply(BatchCodec.decode(bytes), bytes);
    }

    private void session(int client, String filter) {
        String id = "client-" + client;
        Applied applied = apply(1, new ShardOp.Attach(id, new ConnectionId(1, client), false, 1_000, 100, null));
        long epoch = ((OpResult.Attached) ShardDriver.only(applied)).epoch();
        Subscription subscription = Subscription.plain(TopicFilter.of(filter), Qos.AT_LEAST_ONCE);
        apply(1, new ShardOp.Subscribe(id, epoch, List.of(subscription)));
        apply(1, new ShardOp.Detach(id, epoch, false, -1));
        apply(1, new ShardOp.Done(shard.outbox().stream().map(Owed::id).toList()));
    }

    private void publish(int count, String topic) {
        for (int i = 0; i < count; i++) {
            Message message = new Message(
                    TopicName.of(topic),
                    new byte[PAYLOAD],
                    Qos.AT_LEAST_ONCE,
                    false,
                    Message.NEVER,
                    new byte[0],
                    "publisher-1",
                    0);
            apply(1, new ShardOp.Publish(message, true, List.of()));
        }
    }

    private static long used() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 5; i++) {
            System.gc();
            Runtime runtime = Runtime.getRuntime();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }

    private void say(String what, long before, long count, long chargedBefore) {
        System.out.printf(
                "%-52s %7.1f bytes of heap each, charged %7.1f%n",
                what, (used() - before) / (double) count, (shard.bytes() - chargedBefore) / (double) count);
    }

    private void restoreAndSay(long before, long count) {
        System.out.printf("%-52s %7.1f bytes each%n", "  its snapshot", shard.snapshot().length / (double) count);
        shard = Shard.restore(shard.snapshot());
        say("  restored from it", before, count, 0);
    }

    /** Prints the sizes. */
    public static void main(String[] arguments) {
        QueueMemory idle = new QueueMemory();
        long before = used();
        long charged = idle.shard.bytes();
        for (int i = 0; i < 20_000; i++) {
            idle.session(i, "clients/" + i + "/commands");
        }
        idle.say("an idle session with one subscription of its own", before, 20_000, charged);

        QueueMemory fan = new QueueMemory();
        for (int i = 0; i < 1_000; i++) {
            fan.session(i, "all/#");
        }
        long empty = used();
        charged = fan.shard.bytes();
        fan.publish(200, "all/of/you");
        fan.say("one of 200 messages that each of 1,000 sessions has", empty, 200_000, charged);
        fan.restoreAndSay(empty, 200_000);

        QueueMemory one = new QueueMemory();
        one.session(1, "in/#");
        empty = used();
        charged = one.shard.bytes();
        one.publish(100_000, "in/the/usual/way");
        one.say("one of 100,000 messages of 16 bytes for one session", empty, 100_000, charged);
        one.restoreAndSay(empty, 100_000);
        System.out.println(
                idle.shard.clients() + fan.shard.clients() + one.shard.clients() + " sessions held to the end");
    }
}
