package io.lacewing.cluster.hazelcast;

import java.util.Arrays;

/**
 * A client of many shards at once: it asks for the next numbers, repeats until they are acknowledged, and judges every
 * acknowledgement: nothing that was acknowledged may be missing later, nothing may be in twice or out of order.
 */
final class TestDriver {
    private static final long REPEAT_NANOS = 200_000_000;

    /** Sends a wish to a shard's owner. */
    interface Asker {
        void ask(int shard, long number);
    }

    private final long[] acknowledged;
    private final long[] hash;
    private final long[] wanted;
    private final long[] lastAskedAt;
    private final long[] lastAckAt;
    private final long[] longestStall;
    private final long startedAt = System.nanoTime();
    private boolean stopping;

    TestDriver(int shards) {
        acknowledged = new long[shards];
        hash = new long[shards];
        wanted = new long[shards];
        lastAskedAt = new long[shards];
        lastAckAt = new long[shards];
        longestStall = new long[shards];
        Arrays.fill(lastAskedAt, startedAt - REPEAT_NANOS);
    }

    /** No more wishes; finished when all so far are acknowledged, and each shard once more. */
    void stop() {
        stopping = true;
    }

    boolean isFinished() {
        return stopping && Arrays.equals(acknowledged, wanted);
    }

    /** Asks where nothing is under way, and again where there was no answer. */
    void wants(long now, Asker asker) {
        for (int shard = 0; shard < wanted.length; shard++) {
            if (now - lastAskedAt[shard] >= REPEAT_NANOS) {
                ask(shard, now, asker);
            }
        }
    }

    /**
     * An owner says what it has.
     *
     * @return what is wrong with that; empty if nothing
     */
    String acknowledged(int shard, long last, long listHash, long now, Asker asker) {
        if (shard >= wanted.length) {
            return "";
        }
        if (last < acknowledged[shard]) {
            return "shard " + shard + " lost: had " + acknowledged[shard] + ", has " + last;
        }
        while (acknowledged[shard] < last) {
            acknowledged[shard]++;
            hash[shard] = CountingReplica.mix(hash[shard], acknowledged[shard]);
        }
        if (hash[shard] != listHash) {
            return "shard " + shard + " has another list than 1 to " + last;
        }
        if (lastAckAt[shard] != 0) {
            longestStall[shard] = Math.max(longestStall[shard], now - lastAckAt[shard]);
        }
        lastAckAt[shard] = now;
        if (acknowledged[shard] == wanted[shard] && !stopping) {
            ask(shard, now, asker);
        }
        return "";
    }

    String summary() {
        long total = Arrays.stream(acknowledged).sum();
        double seconds = (System.nanoTime() - startedAt) / 1e9;
        long[] others = Arrays.copyOfRange(longestStall, 1, longestStall.length);
        return "ops=%d perSecond=%.0f stallMsShard0=%d stallMsOthers=%d"
                .formatted(
                        total,
                        total / seconds,
                        longestStall[0] / 1_000_000,
                        Arrays.stream(others).max().orElse(0) / 1_000_000);
    }

    private void ask(int shard, long now, Asker asker) {
        if (acknowledged[shard] == wanted[shard] && !stopping) {
            wanted[shard] += TestOwner.BATCH;
        }
        lastAskedAt[shard] = now;
        asker.ask(shard, wanted[shard]);
    }
}
