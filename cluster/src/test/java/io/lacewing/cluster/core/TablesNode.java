package io.lacewing.cluster.core;

import io.lacewing.router.RetainedIndex;
import io.lacewing.router.RouteIndex;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;

/** A node that has nothing but {@link Links} and {@link Tables}, and what its readers see. */
final class TablesNode {
    /** What was asked and is not answered. */
    record Asked(Object key, Version version) {}

    final long incarnation;
    final long skew;
    final Links links;
    final FakeMajority majority = new FakeMajority();
    final Tables tables;
    final ArrayDeque<View> views = new ArrayDeque<>();
    final Map<Token, Asked> asked = new HashMap<>();
    RouteIndex routes = RouteIndex.empty();
    RetainedIndex retained = RetainedIndex.empty();
    boolean ready;
    long tickAt;
    long keptAt;

    private final Effects effects = new Effects();
    private final BiConsumer<TablesNode, Asked> answered;

    TablesNode(long incarnation, long skew, TableSettings settings, BiConsumer<TablesNode, Asked> answered) {
        this.incarnation = incarnation;
        this.skew = skew;
        this.links = new Links(incarnation, LinkSettings.DEFAULTS, effects);
        View.Member member = new View.Member(incarnation, "n" + incarnation);
        Recovered recovered = new Recovered(true, NodeState.of(incarnation), List.of(), List.of(), 0);
        this.tables = new Tables(new TableNode(member, recovered, true), settings, majority, links, effects);
        this.answered = answered;
    }

    void receive(long from, NodeMessage message) {
        switch (message) {
            case NodeMessage.Hello hello -> tables.receive(from, hello);
            case NodeMessage.Changes changes -> tables.receive(from, changes);
            case NodeMessage.ChangesKept kept -> tables.receive(from, kept);
            case NodeMessage.Digests digests -> tables.receive(from, digests);
            case NodeMessage.Ranges ranges -> tables.receive(from, ranges);
            default -> throw new AssertionError("not from tables: " + message);
        }
    }

    /** What a core does at the end of a turn. Returns the effects. */
    List<Effect> endOfTurn() {
        boolean more = true;
        while (more) {
            List<Token> fromLinks = links.takeCompleted();
            for (Token token : fromLinks) {
                switch (token) {
                    case Token.HelloPart part -> tables.taken(part);
                    default -> throw new AssertionError("not from tables: " + token);
                }
            }
            List<Token> fromTables = tables.takeCompleted();
            for (Token token : fromTables) {
                if (token instanceof Token.RecoveredRow row) {
                    tables.taken(row);
                } else {
                    back(token);
                }
            }
            more = !fromLinks.isEmpty() || !fromTables.isEmpty();
        }
        tables.flush();
        links.flush();
        return effects.drain();
    }

    private void back(Token token) {
        Asked request = asked.remove(token);
        if (request == null) {
            throw new AssertionError("a token comes back once: " + token);
        }
        answered.accept(this, request);
    }
}
