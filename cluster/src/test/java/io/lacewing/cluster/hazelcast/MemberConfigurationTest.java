package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.hazelcast.cluster.Member;
import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.EntryProcessor;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.lacewing.cluster.core.View;
import io.netty.handler.codec.DecoderException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the filter of classes lets through between members. */
@Timeout(120)
class MemberConfigurationTest {
    private static final MemberAttributes TOLD =
            new MemberAttributes(new View.Member(7, "n7", 77, 2), 5, true, 1, 2, 3, "1.0", Set.of("one", "two"));

    private final List<HazelcastInstance> members = new ArrayList<>();

    private HazelcastInstance start(List<Endpoint> endpoints, int index) {
        Endpoint bind = endpoints.get(index);
        Config config = new Config();
        config.setClusterName("test-" + endpoints);
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.setProperty("hazelcast.wait.seconds.before.join", "0");
        config.getNetworkConfig()
                .setPort(bind.port())
                .setPortAutoIncrement(false)
                .getInterfaces()
                .setEnabled(true)
                .addInterface(bind.host());
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        config.getNetworkConfig().getJoin().getTcpIpConfig().setEnabled(true);
        MemberConfiguration.setMembers(config.getNetworkConfig(), endpoints);
        MemberConfiguration.filter(config.getSerializationConfig());
        TOLD.writeTo(config.getMemberAttributeConfig());
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
        members.add(member);
        return member;
    }

    @AfterEach
    void stop() {
        members.forEach(member -> member.getLifecycleService().terminate());
    }

    @Test
    void nothingOfAnotherClassIsMadeOfBytes() {
        IMap<String, Serializable> map = start(TestCluster.endpoints(1), 0).getMap("any");
        map.set("ours", "text");
        map.set("array", new StackTraceElement[0]);
        map.set("another's", new DecoderException());
        assertEquals("text", map.get("ours"));
        assertInstanceOf(StackTraceElement[].class, map.get("array"));
        HazelcastSerializationException refusal =
                assertThrows(HazelcastSerializationException.class, () -> map.get("another's"));
        assertInstanceOf(SecurityException.class, refusal.getCause());
    }

    private static final class Failing implements EntryProcessor<Integer, String, String> {
        private static final long serialVersionUID = 1;

        @Override
        public String process(Map.Entry<Integer, String> entry) {
            throw new RefusedException("as it should");
        }
    }

    /** Members tell each other of what failed, or they would wait for an answer until their time is over. */
    @Test
    void exceptionsCross() {
        List<Endpoint> endpoints = TestCluster.endpoints(2);
        HazelcastInstance first = start(endpoints, 0);
        HazelcastInstance second = start(endpoints, 1);
        assertEquals(2, first.getCluster().getMembers().size());
        for (Member member : first.getCluster().getMembers()) {
            assertEquals(TOLD, MemberAttributes.of(member));
        }
        IMap<Integer, String> map = first.getMap("any");
        int there = 0;
        while (!second.getCluster()
                .getLocalMember()
                .equals(first.getPartitionService().getPartition(there).getOwner())) {
            there++;
            assertTrue(there < 1_000, "the second member owns nothing");
        }
        int key = there;
        RefusedException told = assertThrows(RefusedException.class, () -> map.executeOnKey(key, new Failing()));
        assertEquals("as it should", told.getMessage());
    }
}
