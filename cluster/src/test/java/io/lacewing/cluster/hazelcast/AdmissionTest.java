package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.View;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Who may be in one cluster. */
class AdmissionTest {
    private static final MemberAttributes SELF = member("a", 7, true, 1, 2);

    @Test
    void nodesOfOneClusterAndNewOnesGoTogether() {
        assertNull(refusal(0, member("b", 7, true, 1, 2), member("c", 0, true, 2, 3)));
        assertNull(refusal(7, member("b", 0, true, 1, 2)));
    }

    @Test
    void aServingClusterIsRightWhatItIs() {
        String other = refusal(8, member("b", 0, true, 1, 2), member("c", 0, true, 1, 2));
        assertNotNull(other);
        assertTrue(other.contains("a belongs to the cluster 7, and b, c to the cluster 8"), other);
        assertNotNull(refusal(0, member("b", 7, false, 1, 2), member("c", 7, false, 1, 2)));
        assertNull(refusal(0, member("b", 7, false, 1, 2), member("c", 7, true, 1, 2)), "b has to go");
    }

    @Test
    void beforeTheyServeThoseAreRightThatAreMore() {
        assertNotNull(refusal(0, member("b", 8, true, 1, 2)), "as many: neither knows");
        assertNull(refusal(0, member("b", 8, true, 1, 2), member("c", 7, true, 1, 2)));
        assertNotNull(refusal(0, member("b", 8, true, 1, 2), member("c", 7, true, 1, 2), member("d", 8, true, 1, 2)));
        Admission admission = new Admission(SELF, List.of(member("b", 8, true, 1, 2), member("c", 7, true, 1, 2)), 0);
        assertEquals(
                List.of("b"),
                admission.conflicts().stream().map(MemberAttributes::name).toList());
    }

    @Test
    void durabilityAndFormatsMustAgree() {
        String durability = refusal(0, member("b", 0, false, 1, 2));
        assertEquals(
                "persistence.durability is disk on a and memory on b. It must be the same on all nodes", durability);
        String formats = refusal(0, member("b", 0, true, 3, 4));
        assertEquals(
                "a (version 1.0) speaks the formats 1 to 2, and b (version 1.0) 3 to 4. Go by way of a version that"
                        + " speaks both",
                formats);
    }

    private static @Nullable String tls(Set<String> own, Set<String> others) {
        MemberAttributes other = member("b", 7, true, 1, 2, others);
        return new Admission(member("a", 7, true, 1, 2, own), List.of(other), 0).refusal();
    }

    @Test
    void nodesMustBeAbleToTalk() {
        assertNull(tls(Set.of("old", "new"), Set.of("new")));
        assertEquals(
                "cluster.tls is set on b and not on a. Set it on all nodes, or on none", tls(Set.of(), Set.of("new")));
        assertEquals(
                "cluster.tls is set on a and not on b. Set it on all nodes, or on none", tls(Set.of("new"), Set.of()));
        assertEquals(
                "no authority is in cluster.tls.ca both on a and on b. To change it, give all nodes the old and the new one"
                        + " first",
                tls(Set.of("old"), Set.of("new")));
    }

    @Test
    void anotherSizeIsOnlyWorthAWarning() {
        MemberAttributes other = new MemberAttributes(new View.Member(2, "b", 2), 7, true, 1, 2, 5, "1.0", Set.of());
        Admission admission = new Admission(SELF, List.of(other), 7);
        assertNull(admission.refusal());
        assertEquals(
                List.of("cluster.size is 3 on a and 5 on b; it should be the same everywhere"), admission.warnings());
    }

    private static @Nullable String refusal(long clusterId, MemberAttributes... others) {
        return new Admission(SELF, List.of(others), clusterId).refusal();
    }

    private static MemberAttributes member(String name, long clusterId, boolean durable, int oldest, int newest) {
        return member(name, clusterId, durable, oldest, newest, Set.of());
    }

    private static MemberAttributes member(
            String name, long clusterId, boolean durable, int oldest, int newest, Set<String> authorities) {
        return new MemberAttributes(
                new View.Member(name.hashCode(), name, name.hashCode()),
                clusterId,
                durable,
                oldest,
                newest,
                3,
                "1.0",
                authorities);
    }
}
