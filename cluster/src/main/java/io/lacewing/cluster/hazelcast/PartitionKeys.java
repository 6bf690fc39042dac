package io.lacewing.cluster.hazelcast;

import com.hazelcast.partition.PartitionService;

/** One key per partition. */
final class PartitionKeys {
    private PartitionKeys() {}

    /** For each partition the smallest number that Hazelcast puts there: the same on every member. */
    static Integer[] of(PartitionService partitions) {
        Integer[] keys = new Integer[MemberConfiguration.SHARDS];
        int missing = keys.length;
        for (int candidate = 0; missing > 0; candidate++) {
            int partition = partitions.getPartition(candidate).getPartitionId();
            if (keys[partition] == null) {
                keys[partition] = candidate;
                missing--;
            }
        }
        return keys;
    }
}
