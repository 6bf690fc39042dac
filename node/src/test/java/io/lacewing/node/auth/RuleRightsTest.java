package io.lacewing.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertNotSame;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.router.Qos;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Rights by rules, and the patterns in them. */
class RuleRightsTest {
    private static final Set<Action> PUBLISH = Set.of(Action.PUBLISH);
    private static final Set<Action> SUBSCRIBE = Set.of(Action.SUBSCRIBE);
    private static final ClientDetails CLIENT = client("c", null);
    private static final Identity ANN = Identity.of("ann", Set.of());

    private static ClientDetails client(String id, @Nullable String commonName) {
        PeerCertificate certificate =
                commonName == null ? null : new PeerCertificate("", commonName, List.of(), List.of(), List.of());
        return new ClientDetails(id, null, "127.0.0.1:1", "tcp", 5, certificate);
    }

    private static List<TopicPattern> topics(String... patterns) {
        List<TopicPattern> all = new ArrayList<>();
        for (String pattern : patterns) {
            all.add(TopicPattern.of(pattern));
        }
        return all;
    }

    private static Rights rights(Rule... rules) {
        return RuleRights.of(List.of(rules), ANN, CLIENT);
    }

    private static boolean publishes(Rights by, String topic) {
        return by.mayPublish(TopicName.of(topic), Qos.AT_MOST_ONCE, false);
    }

    private static boolean subscribes(Rights by, String filter) {
        return by.maySubscribe(TopicFilter.of(filter), Qos.AT_MOST_ONCE);
    }

    @Test
    void withoutARuleItIsDenied() {
        assertFalse(publishes(rights(), "a"));
        assertFalse(subscribes(rights(), "a"));
        assertFalse(rights().mayReceive(TopicName.of("a")));
        assertFalse(subscribes(rights(Rule.allow(PUBLISH, topics("#"))), "a"));
        assertFalse(publishes(rights(Rule.allow(SUBSCRIBE, topics("#"))), "a"));
    }

    @Test
    void theFirstRuleThatMatchesDecides() {
        Rule denied = Rule.deny(PUBLISH, topics("a/x"));
        Rule allowed = Rule.allow(PUBLISH, topics("b", "a/#"));
        assertFalse(publishes(rights(denied, allowed), "a/x"));
        assertTrue(publishes(rights(denied, allowed), "a/y"));
        assertTrue(publishes(rights(denied, allowed), "a"));
        assertTrue(publishes(rights(allowed, denied), "a/x"));
    }

    @Test
    void levelAndRetainAreConditions() {
        Rights by = rights(
                new Rule(true, PUBLISH, topics("a"), Set.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE), false),
                new Rule(true, SUBSCRIBE, topics("a"), Set.of(Qos.AT_LEAST_ONCE), null));
        TopicName a = TopicName.of("a");
        assertTrue(by.mayPublish(a, Qos.AT_LEAST_ONCE, false));
        assertFalse(by.mayPublish(a, Qos.EXACTLY_ONCE, false));
        assertFalse(by.mayPublish(a, Qos.AT_LEAST_ONCE, true));
        assertTrue(by.maySubscribe(TopicFilter.of("a"), Qos.AT_LEAST_ONCE));
        assertFalse(by.maySubscribe(TopicFilter.of("a"), Qos.EXACTLY_ONCE));
        assertTrue(by.mayReceive(a));
    }

    /** A level that is denied is decided; another that a later rule allows is enough. */
    @Test
    void whatWaitsGoesIfSomeLevelMayBeHad() {
        Rule first = new Rule(false, SUBSCRIBE, topics("a"), Set.of(Qos.AT_MOST_ONCE, Qos.AT_LEAST_ONCE), null);
        Rule second = new Rule(true, SUBSCRIBE, topics("#"), Set.of(Qos.AT_LEAST_ONCE), null);
        Rule third = new Rule(true, SUBSCRIBE, topics("a"), Set.of(Qos.EXACTLY_ONCE), null);
        TopicName a = TopicName.of("a");
        assertFalse(rights(first, second).mayReceive(a));
        assertTrue(rights(second, first).mayReceive(a));
        assertTrue(rights(first, second, third).mayReceive(a));
        assertTrue(rights(first, second).mayReceive(TopicName.of("b")));
    }

    /** A large file costs a connection a reference for each rule without placeholders. */
    @Test
    void clientsShareWhatIsTheSameForAll() {
        ClientDetails other = client("d", "cn");
        Rule fixed = Rule.allow(PUBLISH, topics("a/#", "b"));
        assertSame(fixed.line(ANN, CLIENT), fixed.line(Identity.ANONYMOUS, other));
        Rule own = Rule.allow(PUBLISH, topics("a/#", "b/${clientid}"));
        assertNotSame(own.line(ANN, CLIENT), own.line(ANN, other));
    }

    @Test
    void rulesAreEqualByWhatTheySay() {
        assertEquals(Rule.allow(PUBLISH, topics("a")), Rule.allow(PUBLISH, topics("a")));
        assertEquals(
                Rule.allow(PUBLISH, topics("a")).hashCode(),
                Rule.allow(PUBLISH, topics("a")).hashCode());
        assertNotEquals(Rule.allow(PUBLISH, topics("a")), Rule.deny(PUBLISH, topics("a")));
        assertNotEquals(Rule.allow(PUBLISH, topics("a")), Rule.allow(SUBSCRIBE, topics("a")));
        assertNotEquals(Rule.allow(PUBLISH, topics("a")), Rule.allow(PUBLISH, topics("b")));
        Set<Qos> all = Set.of(Qos.values());
        assertNotEquals(Rule.allow(PUBLISH, topics("a")), new Rule(true, PUBLISH, topics("a"), all, true));
        assertNotEquals(
                Rule.allow(PUBLISH, topics("a")), new Rule(true, PUBLISH, topics("a"), Set.of(Qos.AT_MOST_ONCE), null));
    }

    @Test
    void aFilterThatTouchesWhatIsDeniedBeforeIsRefused() {
        Rights by = rights(Rule.deny(SUBSCRIBE, topics("a/secret/#")), Rule.allow(SUBSCRIBE, topics("a/#", "b")));
        assertFalse(subscribes(by, "a/#"));
        assertFalse(subscribes(by, "a/+/x"));
        assertFalse(subscribes(by, "$share/g/a/+"));
        assertTrue(subscribes(by, "a/open/#"));
        assertTrue(subscribes(by, "$share/g/b"));
    }

    /** What is not named by its first level is not given by a wildcard [MQTT-4.7.2-1]. */
    @Test
    void wildcardsGiveNoSystemTopics() {
        Rights by = rights(Rule.allow(Set.of(Action.values()), topics("#")));
        assertFalse(publishes(by, "$SYS/a"));
        assertFalse(subscribes(by, "$SYS/#"));
        assertFalse(subscribes(by, "$share/g/$SYS/a"));
        assertTrue(subscribes(by, "#"));
        assertTrue(publishes(rights(Rule.allow(PUBLISH, topics("$SYS/#"))), "$SYS/a"));
    }

    @Test
    void placeholdersAreOneLevel() {
        Rights by = RuleRights.of(
                List.of(Rule.allow(PUBLISH, topics("${clientid}/a", "u/${username}", "c/${cert.cn}/#"))),
                ANN,
                client("dev 1", "cn.example"));
        assertTrue(publishes(by, "dev 1/a"));
        assertTrue(publishes(by, "u/ann"));
        assertTrue(publishes(by, "c/cn.example/x/y"));
        assertFalse(publishes(by, "u/bob"));
        assertFalse(publishes(by, "other/a"));
        assertFalse(publishes(by, "u/${username}"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"+", "#", "a/b", "a+", "a#", "/", "", "a\0b", "$SYS", "$share"})
    void whatIsNoLevelNeverGivesMore(String id) {
        ClientDetails client = client(id, null);
        for (String pattern : List.of("${clientid}/#", "${clientid}", "x/${clientid}/#", "x/${clientid}")) {
            boolean first = pattern.startsWith("$");
            if (!first && id.startsWith("$")) {
                continue; // There it is a level as any other.
            }
            Rights allowed = RuleRights.of(List.of(Rule.allow(Set.of(Action.values()), topics(pattern))), ANN, client);
            Rights denied = RuleRights.of(
                    List.of(
                            Rule.deny(Set.of(Action.values()), topics(pattern)),
                            Rule.allow(Set.of(Action.values()), topics("#"))),
                    ANN,
                    client);
            for (String topic : List.of("a", "a/b", "x/a", "x/a/b", "x/+", "x/#", "#", "+/#", "$SYS/#", "x//#")) {
                assertFalse(subscribes(allowed, topic), () -> pattern + " of " + id + " gives " + topic);
                if (first || topic.startsWith("x/")) {
                    assertFalse(subscribes(denied, topic), () -> pattern + " of " + id + " does not deny " + topic);
                }
            }
        }
    }

    @Test
    void aValueThatIsNotThereGivesNothing() {
        Rule rule = Rule.allow(PUBLISH, topics("u/${username}", "c/${cert.cn}"));
        Rights by = RuleRights.of(List.of(rule), Identity.ANONYMOUS, CLIENT);
        assertFalse(publishes(by, "u/null"));
        assertFalse(publishes(by, "c/null"));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '"',
            value = {
                "a/x${clientid}, the level 'x${clientid}' is no placeholder",
                "${user}, the level '${user}' is no placeholder",
                "a/#/b, '#' must be the whole of the last level",
                "$share/g/a, a shared subscription is judged by its filter"
            })
    void patternsThatMeanNothingAreRefused(String pattern, String why) {
        IllegalArgumentException refused = assertThrows(IllegalArgumentException.class, () -> TopicPattern.of(pattern));
        assertTrue(String.valueOf(refused.getMessage()).startsWith(why), refused.getMessage());
    }

    /**
     * Against all short topics: a subscription that is allowed gives no topic that the rules, asked for it alone, deny; and what
     * one rule covers, with nothing denied before it, is allowed.
     */
    @Test
    void aFilterNeverGivesMoreThanItsTopics() {
        Random random = new Random(7);
        List<TopicName> all = allTopics();
        int allowed = 0;
        for (int round = 0; round < 4_000; round++) {
            List<Rule> rules = new ArrayList<>();
            for (int i = random.nextInt(4); i >= 0; i--) {
                List<TopicPattern> topics = topics(filter(random), filter(random));
                rules.add(random.nextInt(3) == 0 ? Rule.deny(SUBSCRIBE, topics) : Rule.allow(SUBSCRIBE, topics));
            }
            Rights by = RuleRights.of(rules, ANN, client("a", null));
            TopicFilter asked = TopicFilter.of(filter(random).replace("${clientid}", "a"));
            boolean may = by.maySubscribe(asked, Qos.AT_MOST_ONCE);
            allowed += may ? 1 : 0;
            boolean everyTopic = all.stream().filter(asked::matches).allMatch(by::mayReceive);
            assertTrue(!may || everyTopic, () -> asked + " by " + rules);
            if (rules.stream().allMatch(Rule::allows) && rules.size() == 1) {
                boolean one = rules.getFirst().topics().stream()
                        .map(pattern -> TopicFilter.of(pattern.toString().replace("${clientid}", "a")))
                        .anyMatch(filter -> all.stream().filter(asked::matches).allMatch(filter::matches));
                assertEquals(one, may, () -> asked + " by " + rules);
            }
        }
        assertTrue(allowed > 400, "only " + allowed + " were allowed");
    }

    private static String filter(Random random) {
        while (true) {
            StringBuilder text = new StringBuilder();
            int levels = 1 + random.nextInt(3);
            for (int i = 0; i < levels; i++) {
                String[] words = {"a", "b", "+", "+", "$x", "${clientid}", "", i == levels - 1 ? "#" : "a"};
                text.append(i == 0 ? "" : "/").append(words[random.nextInt(words.length)]);
            }
            try {
                return TopicFilter.of(text.toString()).value();
            } catch (TopicException empty) {
                assertEquals("", text.toString());
            }
        }
    }

    private static List<TopicName> allTopics() {
        List<String> words = List.of("a", "b", "new", "$x", "");
        List<TopicName> topics = new ArrayList<>();
        List<String> last = List.of("");
        for (int depth = 1; depth <= 4; depth++) {
            List<String> longer = new ArrayList<>();
            for (String text : last) {
                for (String word : words) {
                    longer.add(depth == 1 ? word : text + "/" + word);
                }
            }
            longer.stream().filter(text -> !text.isEmpty()).map(TopicName::of).forEach(topics::add);
            last = longer;
        }
        return topics;
    }
}
