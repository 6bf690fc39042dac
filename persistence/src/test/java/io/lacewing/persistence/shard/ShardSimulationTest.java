package io.lacewing.persistence.shard;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Many steps under many seeds; a failure names the invariant, and its seed brings it back. And the proof that the
 * comparison with the model sees: a shard that now and then says something else.
 */
class ShardSimulationTest {
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
    void nothingBreaks(long seed) {
        ShardSimulation simulation = new ShardSimulation(seed);
        simulation.steps(2_000);
        assertTrue(simulation.deliveries > 500, "deliveries " + simulation.deliveries);
        assertTrue(simulation.wills > 20, "wills " + simulation.wills);
        assertTrue(simulation.rejected > 10, "rejected " + simulation.rejected);
        assertTrue(simulation.warnings > 20, "warnings " + simulation.warnings);
    }

    /** Breaks the first output that {@code breaking} changes after a while, and says what the judges call it. */
    private static String broken(UnaryOperator<Applied> breaking) {
        boolean[] done = {false};
        ShardSimulation simulation = new ShardSimulation(42, applied -> {
            Applied changed = done[0] || applied.sequence() < 300 ? applied : breaking.apply(applied);
            done[0] |= !changed.equals(applied);
            return changed;
        });
        String name = assertThrows(Invariants.Broken.class, () -> simulation.steps(2_000)).name;
        assertTrue(done[0], "nothing was broken");
        return name;
    }

    private static Applied with(
            Applied a,
            long hash,
            List<Applied.Answer> answers,
            List<Delivery> deliveries,
            List<Owed> owed,
            List<Dropped> dropped) {
        return new Applied(
                a.epoch(),
                a.sequence(),
                hash,
                answers,
                deliveries,
                owed,
                a.settled(),
                a.nextDeadline(),
                dropped,
                a.nearlyFull(),
                a.stats());
    }

    private static Applied without(Applied a, Predicate<Delivery> lost, Predicate<Owed> forgotten) {
        List<Delivery> deliveries = new ArrayList<>(a.deliveries());
        List<Owed> owed = new ArrayList<>(a.owed());
        deliveries.removeIf(lost);
        owed.removeIf(forgotten);
        return deliveries.size() < a.deliveries().size()
                        || owed.size() < a.owed().size()
                ? with(a, a.hash(), a.answers(), deliveries, owed, a.dropped())
                : a;
    }

    @Test
    void aLostQos0DeliveryIsSeen() {
        assertEquals("deliveries are the model's", broken(a -> without(a, d -> d.number() == 0, o -> false)));
    }

    @Test
    void aLostDeliveryIsSeen() {
        assertTrue(List.of("deliveries are the model's", "deliveries are numbered without gaps")
                .contains(broken(a -> without(a, d -> d.number() == 1, o -> false))));
    }

    @Test
    void aForgottenWillIsSeen() {
        assertEquals("messages owed", broken(a -> without(a, d -> false, o -> o instanceof Owed.Publish)));
    }

    @Test
    void aForgottenCloseIsSeen() {
        assertEquals("connections closed", broken(a -> without(a, d -> false, o -> o instanceof Owed.Close)));
    }

    @Test
    void aForgottenMessageOfAShareGroupIsSeen() {
        assertEquals("messages passed on", broken(a -> without(a, d -> false, o -> o instanceof Owed.PassOn)));
    }

    @Test
    void aForgottenPickIsSeen() {
        assertEquals("what was picked is owed", broken(a -> without(a, d -> false, o -> o instanceof Owed.Give)));
    }

    @Test
    void aForgottenRouteIsSeen() {
        assertEquals("routes are announced", broken(a -> without(a, d -> false, o -> o instanceof Owed.Route)));
    }

    @Test
    void uncountedDropsAreSeen() {
        assertEquals(
                "drops are counted", broken(a -> with(a, a.hash(), a.answers(), a.deliveries(), a.owed(), List.of())));
    }

    private static Applied saying(Applied a, List<NearlyFull> nearlyFull, ShardStats stats) {
        return new Applied(
                a.epoch(),
                a.sequence(),
                a.hash(),
                a.answers(),
                a.deliveries(),
                a.owed(),
                a.settled(),
                a.nextDeadline(),
                a.dropped(),
                nearlyFull,
                stats);
    }

    @Test
    void aForgottenWarningIsSeen() {
        assertEquals("nearly full", broken(a -> saying(a, List.of(), a.stats())));
    }

    @Test
    void wrongSumsAreSeen() {
        assertEquals(
                "the sums",
                broken(a -> saying(a, a.nearlyFull(), a.stats().plus(new ShardStats(0, 0, 1, 0, 0, 0, 0)))));
    }

    @Test
    void replicasThatPartAreSeen() {
        assertEquals(
                "replicas have the same hash",
                broken(a -> with(a, a.hash() + 1, a.answers(), a.deliveries(), a.owed(), a.dropped())));
    }

    @Test
    void anOpAppliedTwiceIsSeen() {
        assertEquals("the result is the model's", broken(a -> {
            List<Applied.Answer> answers = new ArrayList<>(a.answers());
            answers.replaceAll(
                    answer -> answer instanceof Applied.Answer.Result r && r.result() instanceof OpResult.Published p
                            ? new Applied.Answer.Result(r.origin(), r.number(), new OpResult.Published(p.taken() + 1))
                            : answer);
            return with(a, a.hash(), answers, a.deliveries(), a.owed(), a.dropped());
        }));
    }
}
