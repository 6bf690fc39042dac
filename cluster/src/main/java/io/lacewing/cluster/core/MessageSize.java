package io.lacewing.cluster.core;

import io.lacewing.cluster.core.NodeMessage.ShardTarget;
import io.lacewing.persistence.shard.Batch.NumberedOp;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.router.Message;
import io.lacewing.router.TopicFilter;
import java.util.List;

/** About how many bytes a message between nodes takes on the wire and in memory: for bounds, not exact. */
final class MessageSize {
    private static final int FIXED = 48;
    private static final int SMALL = 64;

    private MessageSize() {}

    /** The size of {@code message} in bytes. */
    static int of(NodeMessage message) {
        return switch (message) {
            case NodeMessage.Forward forward -> forward(forward);
            case NodeMessage.Ops ops -> ops(ops);
            case NodeMessage.Answers answers ->
                FIXED + SMALL * answers.answers().size();
            case NodeMessage.NotOwner notOwner -> FIXED;
            case NodeMessage.Deliveries deliveries -> deliveries(deliveries);
            case NodeMessage.CloseConnection close -> FIXED + close.clientId().length();
            case NodeMessage.Hello hello -> FIXED + hello.nodeId().length();
            case NodeMessage.Changes changes -> FIXED + of(changes.records());
            case NodeMessage.Digests digests ->
                FIXED + Long.BYTES * digests.digests().size();
            case NodeMessage.Ranges ranges -> FIXED + of(ranges.records());
            case NodeMessage.Report report -> FIXED;
            case NodeMessage.ChangesKept kept -> FIXED;
            case NodeMessage.Pulse pulse -> FIXED + Long.BYTES * pulse.members().size();
            case NodeMessage.Echo echo -> FIXED;
            case NodeMessage.GivenUp givenUp ->
                FIXED + Long.BYTES * givenUp.incarnations().size();
            case NodeMessage.Offers offers -> FIXED + SMALL * offers.offers().size();
            case NodeMessage.WantCopy want -> FIXED;
            case NodeMessage.WantOffers want -> FIXED;
            case NodeMessage.OpenByForce force -> FIXED;
            case NodeMessage.OfVoters ofVoters -> FIXED + SMALL;
        };
    }

    /** The size of table records in bytes. */
    static int of(List<TableRecord> records) {
        long size = 0;
        for (TableRecord record : records) {
            size += of(record);
        }
        return clamp(size);
    }

    /** The size of a table record in bytes. */
    static int of(TableRecord record) {
        return switch (record) {
            case TableRecord.Route route -> SMALL + route.key().filter().utf8().length;
            case TableRecord.Retained retained -> {
                Message message = retained.message();
                yield message == null ? SMALL + retained.topic().utf8().length : FIXED + message.size();
            }
            case TableRecord.Holders holders ->
                SMALL + Long.BYTES * holders.identities().size();
        };
    }

    private static int forward(NodeMessage.Forward forward) {
        int size = FIXED + forward.message().size() + filters(forward.groups());
        for (ShardTarget target : forward.targets()) {
            size += FIXED + filters(target.groups());
        }
        return size;
    }

    private static int ops(NodeMessage.Ops ops) {
        long size = FIXED;
        for (NumberedOp op : ops.ops()) {
            size += FIXED + of(op.op());
        }
        return clamp(size);
    }

    /** The size of an op in bytes. */
    static int of(ShardOp op) {
        return switch (op) {
            case ShardOp.Attach attach ->
                SMALL
                        + attach.clientId().length()
                        + (attach.will() == null ? 0 : attach.will().message().size());
            case ShardOp.Detach detach -> SMALL;
            case ShardOp.Subscribe subscribe ->
                SMALL * (1 + subscribe.subscriptions().size());
            case ShardOp.Unsubscribe unsubscribe -> SMALL + filters(unsubscribe.filters());
            case ShardOp.Publish publish -> publish.message().size() + filters(publish.groups());
            case ShardOp.ReceiveQos2 receive -> SMALL + receive.message().size();
            case ShardOp.ReleaseQos2 release -> SMALL;
            case ShardOp.Acknowledge acknowledge -> SMALL;
            case ShardOp.EnqueueRetained retained -> {
                long size = SMALL;
                for (Message message : retained.messages()) {
                    size += message.size();
                }
                yield clamp(size);
            }
            case ShardOp.Redeliver redeliver -> SMALL;
            case ShardOp.ListSubscriptions list -> SMALL;
            case ShardOp.Withdrawn withdrawn -> SMALL;
            case ShardOp.Pick pick -> {
                int size = SMALL;
                for (ShardOp.Pick.Choice choice : pick.choices()) {
                    size += SMALL + choice.group().utf8().length;
                }
                yield size;
            }
            case ShardOp.Done done -> SMALL + Long.BYTES * done.outboxIds().size();
            case ShardOp.TakeOver takeOver -> SMALL;
            case ShardOp.LiveNodes live ->
                SMALL + Long.BYTES * live.incarnations().size();
            case ShardOp.Tick tick -> SMALL;
            case ShardOp.SetLimits limits -> SMALL;
            case ShardOp.Reannounce reannounce -> SMALL;
        };
    }

    private static int deliveries(NodeMessage.Deliveries deliveries) {
        long size = FIXED;
        for (Delivery delivery : deliveries.deliveries()) {
            size += switch (delivery) {
                case Delivery.Publish publish -> SMALL + publish.message().size();
                case Delivery.Pubrel pubrel -> SMALL;
            };
        }
        return clamp(size);
    }

    private static int filters(List<TopicFilter> filters) {
        int size = 0;
        for (TopicFilter filter : filters) {
            size += SMALL + filter.utf8().length;
        }
        return size;
    }

    private static int clamp(long size) {
        return (int) Math.min(size, Integer.MAX_VALUE);
    }
}
