package io.lacewing.node.auth.acl;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.auth.Action;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.net.Network;
import io.lacewing.node.auth.Rule;
import io.lacewing.node.auth.TopicPattern;
import io.lacewing.node.files.FileException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a rules file means, and what is wrong with one. */
class AclTest {
    private static final Path PATH = Path.of("rules.yaml");

    private static Acl parse(String text) throws FileException {
        return new AclFormat(Set.of("tcp", "tls")).parse(PATH, text.getBytes(StandardCharsets.UTF_8));
    }

    private static ClientDetails client(String id, String address, String listener, @Nullable String commonName) {
        PeerCertificate certificate =
                commonName == null ? null : new PeerCertificate("", commonName, List.of(), List.of(), List.of());
        return new ClientDetails(id, "claimed", address, listener, 5, certificate);
    }

    private static final ClientDetails CLIENT = client("c", "192.0.2.7:5000", "tcp", null);

    /** The topics of the rules of a client, in order. */
    private static String topics(Acl acl, Identity identity, ClientDetails client) {
        return String.join(
                " ",
                acl.rules(identity, client).stream()
                        .map(rule -> rule.topics().getFirst().toString())
                        .toList());
    }

    @Test
    void rulesComeInTheOrderOfTheFile() throws Exception {
        Acl acl = parse("""
                roles:
                  second: [{allow: publish, topics: c}]
                  first: [{allow: publish, topics: a}, {deny: all, topics: [b]}]
                assign:
                  - {roles: [first, second], groups: staff}
                  - {roles: second, users: [ann, "b*"]}
                rules:
                  - {deny: subscribe, topics: x}
                  - {allow: all, topics: y, clientIds: [c, d]}
                """);
        Identity ann = Identity.of("ann", Set.of("staff"));
        assertEquals("x y a b c c", topics(acl, ann, CLIENT));
        assertEquals("x y c", topics(acl, Identity.of("bob", Set.of()), CLIENT));
        assertEquals("x", topics(acl, Identity.of("cem", Set.of("other")), client("e", "x", "tcp", null)));
        assertEquals("x y", topics(acl, Identity.ANONYMOUS, CLIENT));
        assertEquals(6, acl.size());
        Rule own = Rule.allow(Set.of(Action.PUBLISH), List.of(TopicPattern.of("own")));
        Identity token = new Identity("cem", Set.of("staff"), false, List.of(own));
        assertEquals("x y own a b c", topics(acl, token, CLIENT));
    }

    /** A name that nobody has checked is nobody's. */
    @Test
    void everyConditionHasToHold() throws Exception {
        Acl acl = parse("""
                rules:
                  - {allow: all, topics: user, users: "*"}
                  - {allow: all, topics: claimed, users: claimed}
                  - {allow: all, topics: net, networks: [10.0.0.0/8, "192.0.2.0/24", "2001:db8::/32"]}
                  - {allow: all, topics: tls, listeners: tls}
                  - {allow: all, topics: cert, certificates: "dev-*"}
                  - {allow: all, topics: both, networks: 192.0.2.7, listeners: tls}
                """);
        assertEquals("net", topics(acl, Identity.ANONYMOUS, CLIENT));
        assertEquals("user net", topics(acl, Identity.of("ann", Set.of()), CLIENT));
        assertEquals("net tls cert both", topics(acl, Identity.ANONYMOUS, client("c", "192.0.2.7:1", "tls", "dev-1")));
        assertEquals("net tls", topics(acl, Identity.ANONYMOUS, client("c", "[2001:db8::1]:1", "tls", "x")));
        assertEquals("", topics(acl, Identity.ANONYMOUS, client("c", "somewhere:1", "tcp", null)));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.0.1, true",
        "10.0.0.0/8, 11.0.0.1, false",
        "10.0.0.0/8, ::ffff:10.1.1.1, true",
        "0.0.0.0/0, 1.2.3.4, true",
        "0.0.0.0/0, 2001:db8::1, false",
        "192.0.2.128/25, 192.0.2.127, false",
        "192.0.2.128/25, 192.0.2.129, true",
        "::1, ::1, true",
        "2001:db8::/33, 2001:db8:8000::1, false",
    })
    void networks(String range, String address, boolean contains) {
        assertEquals(contains, Network.of(range).contains(RemoteHost.parse(address)));
    }

    @ParameterizedTest
    @CsvSource({
        "a, a, true",
        "a, ab, false",
        "a*, ab, true",
        "*, x, true",
        "*b, ab, true",
        "*b, abc, false",
        "a*b*c, aXXbYYbc, true",
        "a*b*c, aXXc, false",
        "**, a, true",
        "a**, a, true"
    })
    void globs(String glob, String name, boolean matches) {
        assertEquals(matches, new Glob(glob).matches(name));
    }

    @Test
    void aStarStandsForNothingToo() {
        assertTrue(new Glob("*").matches(""));
        assertFalse(new Glob("*").matches(null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "rules: [{allow: publsh, topics: a}] | 1: rules.allow: 'publsh': must be publish, subscribe or all",
                "rules: [{allow: all}] | 1: rules: has no topics; for all write ['#', '$SYS/#']",
                "rules: [{topics: a}] | 1: rules: must have one of allow and deny",
                "rules: [{allow: all, deny: all, topics: a}] | 1: rules: must have one of allow and deny",
                "rules: [{allow: all, topics: []}] | 1: rules.topics: is an empty list; name at least one, or remove the key",
                "rules: [{allow: all, topics: a, topic: b}] | 1: rules: unknown key 'topic'; there are allow, certificates, clientIds, deny, groups, listeners, networks, qos, retain, topics, users",
                "rules: [{allow: all, topics: a, topics: b}] | 1: rules: topics is there twice",
                "rules: [{allow: all, topics: 'a/#/b'}] | 1: rules.topics: 'a/#/b': '#' must be the whole of the last level of a topic filter [MQTT-4.7.1-1]",
                "rules: [{allow: publish, topics: a, qos: 3}] | 1: rules.qos: '3': must be 0, 1 or 2",
                "rules: [{allow: publish, topics: a, retain: yes}] | 1: rules.retain: 'yes': must be true or false",
                "rules: [{allow: all, topics: a, retain: true}] | 1: rules.retain: is for rules about publish alone",
                "rules: [{allow: all, topics: a, networks: 10.0.0.1/8}] | 1: rules.networks: '10.0.0.1/8': has bits set beyond its first 8, as no range begins",
                "rules: [{allow: all, topics: a, networks: host}] | 1: rules.networks: 'host': must be an IP address, or a range of them as 10.0.0.0/8 or 2001:db8::/32",
                "rules: [{allow: all, topics: a, networks: 10.0.0.0/33}] | 1: rules.networks: '10.0.0.0/33': must have a number from 0 to 32 after the '/'",
                "rules: [{allow: all, topics: a, listeners: tpc}] | 1: rules.listeners: 'tpc': is no listener; there are [tcp, tls]",
                "rules: [{allow: all, topics: a, users: }] | 1: rules.users: has no value; put what begins with '#' or '*' into quotes",
                "rules: 3 | 1: rules: must be a list",
                "rule: [] | 1: the file: unknown key 'rule'; there are assign, roles, rules",
                "roles: {a b: []} | 1: roles: the name of a role must be 1 to 64 letters, digits, '.', '_' or '-'",
                "roles: {a: [{allow: all, topics: x, users: ann}]} | 1: roles.a: unknown key 'users'; there are allow, deny, qos, retain, topics",
                "assign: [{roles: a}] | 1: assign.roles: 'a': is no role; there are []",
                "assign: [{users: a}] | 1: assign: has no roles; name at least one",
                "rules: [ | 1: not valid YAML: expected the node content, but found '<stream end>'",
            })
    void whatIsWrongIsNamedWithItsLine(String text, String complaint) {
        FileException e = assertThrows(FileException.class, () -> parse(text));
        assertEquals("rules.yaml:" + complaint, e.getMessage());
    }

    @Test
    void theLineIsThatOfTheFault() {
        FileException e = assertThrows(FileException.class, () -> parse("""
                # who may do what
                rules:
                  - allow: all
                    topics:
                      - a
                      - "b+"
                """));
        assertTrue(e.getMessage().startsWith("rules.yaml:6: rules.topics: 'b+': "), e.getMessage());
    }

    @Test
    void anEmptyFileIsAMistakeButNoRulesAreNot() throws Exception {
        FileException e = assertThrows(FileException.class, () -> parse("# nothing yet\n"));
        assertEquals(
                "rules.yaml: is empty, so that all would be denied; say so by 'rules: []' if it is meant",
                e.getMessage());
        assertEquals(0, parse("rules: []").size());
    }

    @Test
    void whatIsNotTextIsRefused() {
        byte[] bytes = {'r', (byte) 0xFF};
        FileException e = assertThrows(FileException.class, () -> new AclFormat(Set.of()).parse(PATH, bytes));
        assertEquals("rules.yaml: is not UTF-8 text; save it as such", e.getMessage());
    }

    @Test
    void theNumberOfRulesIsBounded() {
        String text = "roles:\n  r:\n" + "    - {allow: all, topics: a}\n".repeat(6_000) + "assign:\n  - roles: r\n";
        FileException e = assertThrows(FileException.class, () -> parse(text));
        assertEquals(
                "rules.yaml:6004: more than 10000 rules, those of a role counted for each who has it", e.getMessage());
    }
}
