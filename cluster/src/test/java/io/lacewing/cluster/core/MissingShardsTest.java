package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;

import io.lacewing.cluster.core.MissingShards.Copy;
import io.lacewing.cluster.core.MissingShards.Decision;
import io.lacewing.cluster.core.MissingShards.Question;
import io.lacewing.cluster.core.TableRecord.Holders;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What is decided of a missing shard in each situation. A node n has the directory 10 n. */
class MissingShardsTest {
    private static final Decision WAIT = new Decision.Wait();
    private static final Decision BIRTH = new Decision.Create(false);
    private static final Decision LOST = new Decision.Create(true);
    private static final Copy A = copy(1, 5, 100, false);
    private static final Copy A_DOUBTFUL = copy(1, 5, 100, true);
    private static final Copy A_OLD = copy(1, 4, 900, false);
    private static final Copy B = copy(2, 5, 101, false);
    private static final Copy B_DOUBTFUL = copy(2, 5, 101, true);
    private static final Copy C_OLD = copy(3, 4, 900, false);
    private static final @Nullable Holders NOBODY = null;

    static Stream<Arguments> cases() {
        return Stream.of(
                // Recorded, present, copies, durable -> decision
                of("birth", NOBODY, present(1, 2), List.of(), true, BIRTH),
                of("birth in memory", NOBODY, present(1), List.of(), false, BIRTH),
                of("nothing was acknowledged yet", NOBODY, present(1, 2), List.of(A, B), true, want(B)),
                of("any holder will do", holders(1, 2), present(1, 3), List.of(A, C_OLD), true, want(A)),
                of("the further of two", holders(1, 2), present(1, 2), List.of(A, B), true, want(B)),
                of("doubt gives way", holders(1, 2), present(1, 2), List.of(A, B_DOUBTFUL), true, want(A)),
                of("doubt waits for all", holders(1, 2), present(1, 3), List.of(A_DOUBTFUL), true, closed(2)),
                of(
                        "all are in doubt",
                        holders(1, 2),
                        present(1, 2),
                        List.of(A_DOUBTFUL, B_DOUBTFUL),
                        true,
                        want(B_DOUBTFUL)),
                of("no holder is here", holders(1, 2), present(3), List.of(C_OLD), true, closed(1, 2)),
                of("others' copies are old", holders(2), present(1, 3), List.of(A, C_OLD), true, closed(2)),
                of("a directory set back waits", holders(1, 2), present(1, 3), List.of(A_OLD), true, closed(2)),
                of("unless all are here", holders(1), present(1, 3), List.of(A_OLD, C_OLD), true, want(A_OLD)),
                of("holders without copies", holders(1, 2), present(1, 2, 3), List.of(C_OLD), true, closed()),
                of("lost, as it was in memory", holders(1, 2), present(3), List.of(), false, LOST));
    }

    private static Arguments of(
            String name,
            @Nullable Holders holders,
            Set<Long> present,
            List<Copy> copies,
            boolean durable,
            Decision decision) {
        return Arguments.of(name, new Question(holders, copies, present, true, durable, Set.of()), decision);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("cases")
    void isDecided(String name, Question question, Decision expected) {
        Decision decision = MissingShards.decide(question);
        if (expected instanceof Decision.Closed closed) {
            assertEquals(
                    closed.missing(),
                    assertInstanceOf(Decision.Closed.class, decision).missing());
        } else {
            assertEquals(expected, decision);
        }
        Question incomplete = new Question(
                question.recorded(), question.copies(), question.offered(), false, question.durable(), Set.of());
        assertEquals(WAIT, MissingShards.decide(incomplete), "not before all have said what they have");
    }

    @Test
    void aCopyThatCanNotBeHadGivesWayAndIsNeverReplacedByNothing() {
        Holders none = null;
        assertEquals(want(A), MissingShards.decide(question(holders(1, 2), 2)));
        assertEquals(want(A), MissingShards.decide(question(none, 2)));
        assertInstanceOf(Decision.Closed.class, MissingShards.decide(question(holders(1, 2), 1, 2)));
        assertInstanceOf(Decision.Closed.class, MissingShards.decide(question(none, 1, 2)));
    }

    private static Question question(@Nullable Holders holders, long... tried) {
        Set<Long> nodes = new HashSet<>();
        for (long node : tried) {
            nodes.add(node);
        }
        return new Question(holders, List.of(A, B), present(1, 2), true, true, nodes);
    }

    @Test
    void byForceWhateverIsFurthest() {
        Question some = new Question(holders(2), List.of(A, C_OLD), present(1, 3), true, true, Set.of());
        assertEquals(want(A), MissingShards.force(some));
        assertEquals(List.of(20L), MissingShards.missing(some));
        Question none = new Question(holders(2), List.of(), present(1, 3), true, true, Set.of());
        assertEquals(LOST, MissingShards.force(none));
        Question early = new Question(holders(2), List.of(), present(1), false, true, Set.of());
        assertEquals(WAIT, MissingShards.force(early));
    }

    @Test
    void byForceNothingOfAHolderThatIsHereIsLeftBehind() {
        Copy later = copy(3, 6, 1, false);
        Question both = new Question(holders(1, 2), List.of(A_DOUBTFUL, later), present(1, 3), true, true, Set.of());
        assertEquals(want(A_DOUBTFUL), MissingShards.force(both));
        Question tried = new Question(holders(1, 2), List.of(A, C_OLD), present(1, 3), true, true, Set.of(1L));
        assertEquals(new Decision.Refused(A), MissingShards.force(tried));
    }

    private static Copy copy(long node, long epoch, long sequence, boolean doubtful) {
        return new Copy(node, node * 10, new Offer(0, epoch, sequence, doubtful));
    }

    private static Holders holders(long... nodes) {
        return new Holders(
                0, new Version(5, 1), present(nodes).stream().sorted().toList());
    }

    private static Set<Long> present(long... nodes) {
        Set<Long> identities = new TreeSet<>();
        for (long node : nodes) {
            identities.add(node * 10);
        }
        return identities;
    }

    private static Decision want(Copy copy) {
        return new Decision.Want(copy);
    }

    private static Decision closed(long... missing) {
        return new Decision.Closed("", present(missing).stream().toList());
    }
}
