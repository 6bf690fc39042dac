package io.lacewing.node.connection;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.Admission;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Authorization;
import io.lacewing.node.auth.Authorizer;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rights;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** What a connection remembers of decisions. */
class PermissionsTest {
    private static final ClientDetails CLIENT = new ClientDetails("c", null, "127.0.0.1:1", "tcp", 5);

    /** One client's rules, which count how often they are gone through: who may publish a topic may not receive it. */
    private static final class Counting implements Authorizer, Rights {
        private String published = "p";
        private long version;
        private int asked;

        @Override
        public Rights rights(Identity identity, ClientDetails client) {
            return this;
        }

        @Override
        public long version() {
            return version;
        }

        @Override
        public boolean mayPublish(TopicName topic, Qos qos, boolean retain) {
            asked++;
            return topic.value().startsWith(published) && qos != Qos.EXACTLY_ONCE && !retain;
        }

        @Override
        public boolean maySubscribe(TopicFilter filter, Qos qos) {
            return true;
        }

        @Override
        public boolean mayReceive(TopicName topic) {
            asked++;
            return !topic.value().startsWith(published);
        }
    }

    private final Counting rules = new Counting();
    private final Permissions permissions =
            Objects.requireNonNull(Permissions.of(authentication(), Identity.ANONYMOUS, CLIENT, null, null));

    private Authentication authentication() {
        Authorization authorization = new Authorization(rules, Authorization.OnDenied.REJECT);
        return new Authentication(Map.of(), List.of(), Admission.ALL, authorization, null);
    }

    @Test
    void aTopicThatComesAgainIsNotJudgedAgain() {
        for (int i = 0; i < 3; i++) {
            // Another object each time, as from another node or another event loop.
            assertTrue(permissions.mayPublish(TopicName.of("p/1"), Qos.AT_LEAST_ONCE, false));
            assertFalse(permissions.mayReceive(TopicName.of("p/1")));
            assertTrue(permissions.mayReceive(TopicName.of("r")));
        }
        assertEquals(3, rules.asked);
    }

    @Test
    void whatIsRememberedIsOfItsLevelAndFlagAndDirection() {
        for (int i = 0; i < 2; i++) {
            for (Qos qos : Qos.values()) {
                assertEquals(qos != Qos.EXACTLY_ONCE, permissions.mayPublish(TopicName.of("p"), qos, false));
                assertFalse(permissions.mayPublish(TopicName.of("p"), qos, true));
                assertFalse(permissions.mayReceive(TopicName.of("p")));
                assertFalse(permissions.mayPublish(TopicName.of("q"), qos, false));
                assertTrue(permissions.mayReceive(TopicName.of("q")));
            }
        }
        assertEquals(11, rules.asked);
    }

    @Test
    void newRulesHoldAtOnce() {
        TopicName topic = TopicName.of("p");
        assertFalse(permissions.mayReceive(topic));
        assertTrue(permissions.mayPublish(topic, Qos.AT_MOST_ONCE, false));
        rules.published = "q";
        rules.version++;
        assertTrue(permissions.mayReceive(topic));
        assertFalse(permissions.mayPublish(topic, Qos.AT_MOST_ONCE, false));
    }

    @Test
    void moreTopicsThanAreRememberedAreJudgedRightly() {
        for (int i = 0; i < 1_000; i++) {
            String number = Integer.toString(i % 100);
            assertTrue(permissions.mayPublish(TopicName.of("p" + number), Qos.AT_MOST_ONCE, false));
            assertFalse(permissions.mayReceive(TopicName.of("p" + number)));
            assertTrue(permissions.mayReceive(TopicName.of("r" + number)));
        }
    }
}
