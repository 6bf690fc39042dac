package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.replica.ReplicaBatch;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaState;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A journal that remembers what it was given, and keeps it when it is told to. Any thread. */
final class FakeJournal implements ReplicaJournal {
    final List<String> appended = new ArrayList<>();
    private final Map<Integer, ReplicaState> standing = new HashMap<>();
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();

    /** True: what is appended is kept by {@link #write} only. */
    boolean slow;

    /** Keeps the next so many. */
    synchronized void write(int count) {
        for (int i = 0; i < count; i++) {
            waiting.remove().run();
        }
    }

    @Override
    public synchronized boolean follows(int shard, ReplicaState state) {
        return state.equals(standing.get(shard));
    }

    @Override
    public synchronized ReplicaState kept(int shard) {
        return standing.getOrDefault(shard, ReplicaState.NONE);
    }

    @Override
    public synchronized void append(ReplicaBatch batch, ReplicaState after, Runnable kept) {
        append("batch " + batch.shard() + " to " + batch.sequence(), batch.shard(), after, kept);
    }

    @Override
    public synchronized void append(int shard, ReplicaState state, byte[] copy, Runnable kept) {
        append("copy " + shard + " at " + state.sequence(), shard, state, kept);
    }

    private void append(String what, int shard, ReplicaState state, Runnable kept) {
        appended.add(what);
        standing.put(shard, state);
        if (slow) {
            waiting.add(kept);
        } else {
            kept.run();
        }
    }

    @Override
    public synchronized void renew(int shard) {
        appended.add("renew " + shard);
    }

    @Override
    public synchronized Runnable reread(int shard) {
        appended.add("reread " + shard);
        return () -> appended.add("again " + shard);
    }

    @Override
    public synchronized void forget(int shard) {
        appended.add("forget " + shard);
        standing.remove(shard);
    }
}
