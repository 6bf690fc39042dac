package io.lacewing.node.cluster;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntPredicate;

/**
 * What publishers sent and got acknowledged, and what subscribers received, to be judged at the end. Each publisher
 * numbers its messages from 0. Thread-safe.
 */
final class History {
    private record Pair(int subscriber, int publisher) {}

    private final Map<Integer, Set<Integer>> acknowledged = new ConcurrentHashMap<>();
    private final Map<Pair, List<Integer>> received = new ConcurrentHashMap<>();

    /** A publisher was told that its message is taken. */
    void acknowledged(int publisher, int number) {
        acknowledged
                .computeIfAbsent(publisher, p -> ConcurrentHashMap.newKeySet())
                .add(number);
    }

    /**
     * A subscriber got a message.
     *
     * @return true if for the first time
     */
    boolean received(int subscriber, int publisher, int number) {
        List<Integer> numbers = received.computeIfAbsent(new Pair(subscriber, publisher), p -> new ArrayList<>());
        synchronized (numbers) {
            boolean first = !numbers.contains(number);
            numbers.add(number);
            return first;
        }
    }

    /**
     * What is wrong, in words: an acknowledged message that did not arrive at a subscriber, one that arrived twice, a
     * first arrival after that of a later one. Empty if all is well.
     *
     * @param subscribers all of them, each of which should have had everything
     * @param publishers all of them
     * @param twiceAllowed of which publishers messages may arrive twice, as at QoS 1 where a connection broke
     */
    List<String> faults(int subscribers, int publishers, IntPredicate twiceAllowed) {
        List<String> faults = new ArrayList<>();
        for (int subscriber = 0; subscriber < subscribers; subscriber++) {
            for (int publisher = 0; publisher < publishers; publisher++) {
                Pair pair = new Pair(subscriber, publisher);
                Set<Integer> missing = new TreeSet<>(acknowledged.getOrDefault(publisher, Set.of()));
                List<Integer> numbers = copy(received.getOrDefault(pair, List.of()));
                numbers.forEach(missing::remove);
                if (!missing.isEmpty()) {
                    faults.add(pair + " lost " + missing);
                }
                addDisorder(pair, numbers, twiceAllowed.test(publisher), faults);
            }
        }
        return faults;
    }

    private static void addDisorder(Pair pair, List<Integer> numbers, boolean twiceAllowed, List<String> faults) {
        Set<Integer> seen = new TreeSet<>();
        int highest = -1;
        for (int number : numbers) {
            if (!seen.add(number)) {
                if (!twiceAllowed) {
                    faults.add(pair + " got " + number + " twice");
                }
            } else if (number < highest) {
                faults.add(pair + " got " + number + " after " + highest);
            }
            highest = Math.max(highest, number);
        }
    }

    /** Of a share group: each acknowledged message at exactly one of the subscribers. Empty if all is well. */
    List<String> faultsOfGroup(int subscribers, int publishers) {
        List<String> faults = new ArrayList<>();
        for (int publisher = 0; publisher < publishers; publisher++) {
            List<Integer> all = new ArrayList<>();
            for (int subscriber = 0; subscriber < subscribers; subscriber++) {
                all.addAll(copy(received.getOrDefault(new Pair(subscriber, publisher), List.of())));
            }
            List<Integer> expected = new TreeSet<>(acknowledged.getOrDefault(publisher, Set.of()))
                    .stream().toList();
            if (!all.stream().sorted().toList().equals(expected)) {
                faults.add("of publisher " + publisher + ", the group got " + all + " of " + expected);
            }
        }
        return faults;
    }

    private static List<Integer> copy(List<Integer> numbers) {
        synchronized (numbers) {
            return List.copyOf(numbers);
        }
    }
}
