package io.lacewing.cluster.core;

/**
 * Bounds and times of {@link Tables}.
 *
 * @param batchRecords how many changes one broadcast holds at most
 * @param batchBytes about how many bytes one broadcast holds at most
 * @param broadcasts how many broadcasts may wait for acknowledgements; what comes meanwhile is gathered
 * @param retryMillis the pause before a failed store or load is tried again; doubles up to {@code retryMaxMillis}
 * @param retryMaxMillis the longest such pause
 * @param tombstoneMillis how long it is remembered that something was removed
 * @param strangerMillis how long routes to a node are kept that is no peer: it may just be joining
 * @param digestMillis how often digests are sent
 * @param repairRanges how many hash ranges are repaired at once
 * @param maxRetained how many retained messages there may be before a will is not retained any more
 * @param maxRetainedBytes the same for their bytes
 */
record TableSettings(
        int batchRecords,
        int batchBytes,
        int broadcasts,
        long retryMillis,
        long retryMaxMillis,
        long tombstoneMillis,
        long strangerMillis,
        long digestMillis,
        int repairRanges,
        int maxRetained,
        long maxRetainedBytes) {

    /** For production. */
    static final TableSettings DEFAULTS = new TableSettings(
            4096, 1 << 20, 64, 100, 2_000, CoreSettings.TOMBSTONE_MILLIS, 10_000, 3_000, 4, 100_000, 256L << 20);

    /** These with other bounds of retained messages. */
    TableSettings withMaxRetained(int most, long bytes) {
        return new TableSettings(
                batchRecords,
                batchBytes,
                broadcasts,
                retryMillis,
                retryMaxMillis,
                tombstoneMillis,
                strangerMillis,
                digestMillis,
                repairRanges,
                most,
                bytes);
    }
}
