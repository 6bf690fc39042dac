package io.lacewing.node.overload;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * How much of the heap is alive. What is used now says little: it grows until the next collection, however little lives. So
 * this is what the pool of old objects held after it was last collected: with G1 at the end of each concurrent mark and mixed
 * collection, with Serial at each full one. If less than that is used now, it is that. One thread.
 */
public final class HeapGauge {
    private final List<MemoryPoolMXBean> old;
    private long lastUsed = -1;
    private boolean fresh;

    /** Of this JVM. */
    public HeapGauge() {
        old = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP && pool.getCollectionUsage() != null)
                .filter(pool -> pool.getUsage().getMax() > 0 && !isYoung(pool.getName()))
                .sorted(Comparator.comparingLong(
                                (MemoryPoolMXBean pool) -> pool.getUsage().getMax())
                        .reversed())
                .limit(1)
                .toList();
    }

    private static boolean isYoung(String pool) {
        String name = pool.toLowerCase(Locale.ROOT);
        return name.contains("eden") || name.contains("survivor") || name.contains("young");
    }

    /** The part that is alive, 0.0 to 1.0; 0.0 with a collector that does not tell. */
    public double read() {
        if (old.isEmpty()) {
            return 0;
        }
        MemoryUsage now = old.getFirst().getUsage();
        MemoryUsage collected = old.getFirst().getCollectionUsage();
        if (collected == null) {
            return 0;
        }
        fresh = collected.getUsed() != lastUsed;
        lastUsed = collected.getUsed();
        return (double) Math.min(collected.getUsed(), now.getUsed()) / now.getMax();
    }

    /** True if there was a collection between the last two calls of {@link #read}, which shows what was freed meanwhile. */
    public boolean isFresh() {
        return fresh;
    }
}
