package io.lacewing.cluster.sim;

import io.lacewing.cluster.core.Effect;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicFilter;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** What all clients together have seen: what was published, acknowledged, received, and who is owed what. */
final class Book {
    /** The longest that a node takes to notice a broken connection: {@link KnownGap#SHARE_MEMBER_DIES_UNNOTICED}. */
    private static final long UNNOTICED = 4_000;

    private final World world;
    private final Scheduler scheduler;
    private final List<Publication> publications = new ArrayList<>();
    private final Map<Integer, WillFate> wills = new LinkedHashMap<>();
    private final Map<TopicFilter, Group> groups = new TreeMap<>();
    private final Map<String, TopicFilter> memberships = new HashMap<>();
    private final Map<Effect.Event, Long> notes = new EnumMap<>(Effect.Event.class);
    private final Set<Integer> answered = new TreeSet<>();
    private final RetainedBook retained;
    private long unavailable;
    private long received;
    private long activity;

    /** One share group. */
    private static final class Group {
        final Map<Integer, Set<String>> receivers = new TreeMap<>();
        final Set<Integer> owed = new TreeSet<>();
        long lastLoss;
    }

    Book(World world) {
        this.world = world;
        this.scheduler = world.scheduler();
        this.retained = new RetainedBook(this);
    }

    RetainedBook retained() {
        return retained;
    }

    /** A shard has answered a client. */
    void acknowledgedBy(int shard) {
        answered.add(shard);
    }

    /** A shard is made, empty. */
    void created(int shard, SimNode by) {
        if (answered.contains(shard)) {
            throw new Violation(
                    Invariant.NOTHING_EMPTY,
                    "shard " + shard + " is made anew by " + by.member() + ", and had content");
        }
    }

    Publication newPublication(Publication.About about) {
        Publication publication = new Publication(publications.size() + 1, about);
        publications.add(publication);
        return publication;
    }

    Publication publication(int id) {
        return publications.get(id - 1);
    }

    List<Publication> publications() {
        return publications;
    }

    void add(WillFate fate) {
        wills.put(fate.publication().id, fate);
    }

    /** The client is a member of this group, when it subscribes. */
    void member(String clientId, TopicFilter group) {
        memberships.put(clientId, group);
        groups.putIfAbsent(group, new Group());
    }

    /** Notes who must get a message that sets out now. */
    void expect(Publication publication, List<SimClient> clients) {
        for (SimClient client : clients) {
            if (client.isDoubtful()) {
                continue;
            }
            for (TopicFilter filter : client.confirmed()) {
                if (!filter.matches(publication.topic)) {
                    continue;
                }
                Group group = groups.get(filter);
                if (group != null) {
                    group.owed.add(publication.id);
                } else if (client.traits().persistent()
                        ? client.traits().qos() != Qos.AT_MOST_ONCE
                        : client.isConnected()) {
                    client.inbound().expect(publication);
                }
            }
        }
    }

    void acknowledged(Publication publication) {
        if (publication.ackedAt == 0) {
            publication.ackedAt = scheduler.now();
        }
    }

    /** A client got a message for the first time in its session. */
    void received(Publication publication, String clientId) {
        received++;
        WillFate fate = wills.get(publication.id);
        if (fate != null && clientId.equals("watcher")) {
            fate.fired();
        }
        TopicFilter membership = memberships.get(clientId);
        if (membership != null && membership.matches(publication.topic)) {
            Group group = groups.get(membership);
            if (group != null) {
                group.receivers
                        .computeIfAbsent(publication.id, any -> new TreeSet<>())
                        .add(clientId);
            }
        }
    }

    /** A member's session or subscription ended: messages may move, or be lost with a transient one. */
    void memberLeft(TopicFilter filter, boolean doubtful) {
        Group group = groups.get(filter);
        if (group != null) {
            group.lastLoss = doubtful ? Long.MAX_VALUE : Math.max(group.lastLoss, scheduler.now() + UNNOTICED);
        }
    }

    /** A connection is told CONNACK. */
    void connected(Connection connection, SimNode at) {
        for (SimNode node : world.nodes()) {
            // Those of a node that others have given up can't be closed; it is quiet, and will close them itself.
            if (!world.grid().areTogether(at.incarnation(), node.incarnation())) {
                continue;
            }
            for (Connection other : node.room().connections()) {
                if (other != connection
                        && other.isAttached()
                        && other.clientId().equals(connection.clientId())) {
                    throw new Violation(
                            Invariant.ONE_CONNECTION, connection + " is connected while " + other + " is not closed");
                }
            }
        }
    }

    /** A shard has taken the DISCONNECT of a connection with this will. */
    void willDiscarded(int publication) {
        WillFate fate = wills.get(publication);
        if (fate != null) {
            fate.discarded();
        }
    }

    void checkWills() {
        wills.values().forEach(WillFate::check);
    }

    void checkGroups() {
        groups.forEach((filter, group) -> {
            for (Publication publication : publications) {
                Set<String> receivers = group.receivers.getOrDefault(publication.id, Set.of());
                if (publication.sentAt == 0 || publication.doubtful || group.lastLoss >= publication.sentAt) {
                    continue;
                }
                boolean repeated = publication.sends > 1 && publication.qos == Qos.AT_LEAST_ONCE;
                if (receivers.size() > 1 && !repeated) {
                    throw new Violation(
                            Invariant.SHARE_ONE_MEMBER, publication + " reached " + receivers + " of " + filter);
                }
                if (receivers.isEmpty() && publication.isAcked() && group.owed.contains(publication.id)) {
                    throw new Violation(Invariant.SHARE_ONE_MEMBER, publication + " reached no member of " + filter);
                }
            }
        });
    }

    void count(Effect.Event event) {
        notes.merge(event, 1L, Long::sum);
    }

    void unavailable() {
        unavailable++;
    }

    /** Something moved. */
    void active() {
        activity++;
    }

    /** How often something moved. */
    long activity() {
        return activity;
    }

    long acknowledgedCount() {
        return publications.stream().filter(Publication::isAcked).count();
    }

    long wills() {
        return wills.size();
    }

    @Override
    public String toString() {
        return publications.size() + " published, " + acknowledgedCount() + " acknowledged, " + received + " received, "
                + wills.size() + " wills, " + unavailable + " unavailable, " + notes;
    }
}
