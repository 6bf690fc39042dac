package io.lacewing.persistence.shard;

import io.lacewing.persistence.session.DropCause;
import io.lacewing.persistence.session.Ledger;
import io.lacewing.router.Message;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;

/** The ledger of a shard: a message that many sessions hold counts once, each place in a queue a little. */
final class MessageLedger implements Ledger {
    private static final int PLACE = 72;

    private final IdentityHashMap<Message, int[]> uses = new IdentityHashMap<>();
    private final long[] dropped = new long[DropCause.count()];
    private boolean anyDropped;
    private long bytes;

    /** The bytes of all held messages. */
    long bytes() {
        return bytes;
    }

    @Override
    public void held(Message message) {
        int[] count = uses.get(message);
        if (count == null) {
            count = new int[1];
            uses.put(message, count);
            bytes += message.size();
        }
        count[0]++;
        bytes += PLACE;
    }

    @Override
    public void released(Message message) {
        int[] count = uses.get(message);
        if (count == null) {
            throw new IllegalStateException("a message was released that nobody holds");
        }
        bytes -= PLACE;
        if (--count[0] == 0) {
            uses.remove(message);
            bytes -= message.size();
        }
    }

    @Override
    public void dropped(DropCause cause) {
        dropped[cause.ordinal()]++;
        anyDropped = true;
    }

    /** What was dropped since the last call. */
    List<Dropped> takeDropped() {
        if (!anyDropped) {
            return List.of();
        }
        List<Dropped> taken = new ArrayList<>();
        for (int i = 0; i < dropped.length; i++) {
            if (dropped[i] > 0) {
                taken.add(new Dropped(DropCause.of(i), dropped[i]));
                dropped[i] = 0;
            }
        }
        anyDropped = false;
        return List.copyOf(taken);
    }
}
