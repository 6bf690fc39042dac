package io.lacewing.cluster.hazelcast;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.hazelcast.config.Config;
import com.hazelcast.core.Hazelcast;
import com.hazelcast.core.HazelcastInstance;
import com.hazelcast.map.IMap;
import com.hazelcast.nio.serialization.HazelcastSerializationException;
import io.netty.handler.codec.DecoderException;
import java.io.Serializable;
import java.util.List;
import org.junit.jupiter.api.Test;

class MemberConfigurationTest {
    @Test
    void nothingOfAnotherClassIsMadeOfBytes() {
        Endpoint bind = TestCluster.endpoints(1).getFirst();
        ClusterSettings settings =
                ClusterSettings.of("test-" + bind, "n1", 1, bind, new Discovery.Static(List.of(bind)), 1);
        Config config = new Config();
        config.setClusterName(settings.clusterName());
        config.setProperty("hazelcast.phone.home.enabled", "false");
        config.getNetworkConfig()
                .setPort(bind.port())
                .getInterfaces()
                .setEnabled(true)
                .addInterface(bind.host());
        config.getNetworkConfig().getJoin().getAutoDetectionConfig().setEnabled(false);
        MemberConfiguration.filter(config.getSerializationConfig());
        HazelcastInstance member = Hazelcast.newHazelcastInstance(config);
        try {
            IMap<String, Serializable> map = member.getMap("any");
            map.set("ours", "text");
            map.set("array", new StackTraceElement[0]);
            map.set("another's", new DecoderException());
            assertEquals("text", map.get("ours"));
            assertInstanceOf(StackTraceElement[].class, map.get("array"));
            HazelcastSerializationException refusal =
                    assertThrows(HazelcastSerializationException.class, () -> map.get("another's"));
            assertInstanceOf(SecurityException.class, refusal.getCause());
        } finally {
            member.getLifecycleService().terminate();
        }
    }
}
