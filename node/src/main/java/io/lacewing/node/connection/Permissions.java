package io.lacewing.node.connection;

import io.lacewing.cluster.core.OwnTopics;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Authorizer;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Rights;
import io.lacewing.node.mqtt.Will;
import io.lacewing.router.Qos;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * What the client of a connection may do, always by the rules of now; for connections that rules are for. Owned by the
 * connection's event loop.
 *
 * <p>Topics and filters are those that the client writes; what its session has is, for one of a tenant, mounted.
 *
 * <p>What it was told of the last {@value #SLOTS} topics of PUBLISH packets, in both directions, it remembers while the rules
 * stay: a topic that comes again and again costs a hash that is there already and a comparison of two objects that are mostly the same one.
 */
final class Permissions {
    private static final int SLOTS = 16;
    private static final int KNOWN = 1;
    private static final int ALLOWED = 2;
    private static final int RETAIN_SHIFT = 6;
    private static final int RECEIVE_SHIFT = 12;
    private static final long UNKNOWN = Long.MIN_VALUE;
    private static final byte[] RESERVED = "$SYS".getBytes(StandardCharsets.US_ASCII);

    private static final TopicFilter CLOSED = TopicFilter.of(OwnTopics.ROOT + "/#");

    /** Of a client that rules were for, and are not any more. */
    private static final Rights NO_RULES = new Rights() {
        @Override
        public boolean mayPublish(TopicName topic, Qos qos, boolean retain) {
            return !isReserved(topic);
        }

        @Override
        public boolean maySubscribe(TopicFilter filter, Qos qos) {
            return !Mount.touchesTenants(filter);
        }

        @Override
        public boolean mayReceive(TopicName topic) {
            return !Mount.isTenants(topic);
        }
    };

    /** What has to be known of a will to judge it again. */
    private record Promise(TopicName topic, Qos qos, boolean retain) {}

    private final Authorizer authorizer;
    private Identity identity;
    private final ClientDetails client;
    private final @Nullable Promise will;
    private final @Nullable Mount mount;
    private Rights rights;
    private long version;

    /** By which rules subscriptions and will were judged last. */
    private long judged;

    private @Nullable TopicName @Nullable [] topics;

    /**
     * For each topic two bits, {@link #KNOWN} and {@link #ALLOWED}, for publishing it at each level, without RETAIN and with
     * it, and for receiving it.
     */
    private short[] answers = {};

    private Permissions(
            Authorizer authorizer,
            Identity identity,
            ClientDetails client,
            @Nullable Promise will,
            @Nullable Mount mount,
            long version,
            Rights rights) {
        this.authorizer = authorizer;
        this.identity = identity;
        this.client = client;
        this.will = will;
        this.mount = mount;
        this.rights = rights;
        this.version = version;
        this.judged = version;
    }

    /**
     * Those of a client; null if it may do all but publish to what {@link #isReserved}, and subscribe to what is tenants'. Who is
     * of no tenant where there are tenants has some in any case: it may have such a subscription from when rules were for it.
     *
     * @param client who it is
     * @param mount where the topics of its tenant are; null if it is of none
     */
    static @Nullable Permissions of(
            Authentication by, Identity identity, ClientDetails client, @Nullable Will will, @Nullable Mount mount) {
        Authorizer authorizer = by.authorization().authorizer();
        long version = authorizer.version();
        Rights rights = authorizer.rights(identity, client);
        if (rights == null) {
            if (by.tenancy() == null || mount != null) {
                return null;
            }
            rights = NO_RULES;
        }
        Promise promise = will == null ? null : new Promise(will.topic(), will.qos(), will.retain());
        return new Permissions(authorizer, identity, client, promise, mount, version, rights);
    }

    /** True for the topics that are the broker's or tenants': {@code $SYS}, {@code $lacewing} and {@code $tenant}, and those below. */
    static boolean isReserved(TopicName topic) {
        byte[] name = topic.utf8();
        return name[0] == '$' && (Mount.isTenants(topic) || isBrokers(topic));
    }

    private static boolean isBrokers(TopicName topic) {
        byte[] name = topic.utf8();
        return name[0] == '$'
                && ((name.length >= RESERVED.length
                                && Arrays.equals(name, 0, RESERVED.length, RESERVED, 0, RESERVED.length)
                                && (name.length == RESERVED.length || name[RESERVED.length] == '/'))
                        || OwnTopics.has(topic));
    }

    /** True if some topic of a filter is one that no client ever gets anything of, whatever it may do. */
    static boolean isClosed(TopicFilter filter) {
        return filter.overlaps(CLOSED);
    }

    /** True for topics that no client may publish to, whatever it may do. */
    private static boolean isClosed(TopicName topic) {
        return OwnTopics.has(topic) || Mount.isNobodys(topic);
    }

    /** The client is now known to be this: what it may do is found out anew, as after a change of the rules. */
    void renew(Identity proven) {
        identity = proven;
        version = UNKNOWN;
        judged = UNKNOWN;
    }

    /** The rights by the rules of now. */
    private Rights now() {
        long latest = authorizer.version();
        if (latest != version) {
            Rights fresh = authorizer.rights(identity, client);
            rights = fresh == null ? NO_RULES : fresh;
            version = latest;
            topics = null;
        }
        return rights;
    }

    /** True if the client may publish this. */
    boolean mayPublish(TopicName topic, Qos qos, boolean retain) {
        Rights by = now();
        int slot = slot(topic);
        int shift = 2 * qos.value() + (retain ? RETAIN_SHIFT : 0);
        int answer = answers[slot] >> shift;
        if ((answer & KNOWN) == 0) {
            answer = remember(slot, shift, by.mayPublish(topic, qos, retain) && !isClosed(topic));
        }
        return (answer & ALLOWED) != 0;
    }

    /** Where the answers about a topic are; those about another that were there are forgotten. */
    private int slot(TopicName topic) {
        @Nullable TopicName[] known = topics;
        if (known == null) {
            known = new @Nullable TopicName[SLOTS];
            topics = known;
            answers = new short[SLOTS];
        }
        int hash = topic.hashCode();
        int slot = (hash ^ (hash >>> 16)) & (SLOTS - 1);
        TopicName last = known[slot];
        if (last == null || !topic.equals(last)) {
            known[slot] = topic;
            answers[slot] = 0;
        }
        return slot;
    }

    private int remember(int slot, int shift, boolean allowed) {
        int answer = allowed ? KNOWN | ALLOWED : KNOWN;
        answers[slot] |= (short) (answer << shift);
        return answer;
    }

    /** True if the client may have this subscription. */
    boolean maySubscribe(TopicFilter filter, Qos qos) {
        return now().maySubscribe(filter, qos);
    }

    /** True if the client may have the subscription that it has. */
    boolean mayKeep(Subscription subscription) {
        Subscription own = mount == null ? subscription : mount.own(subscription);
        return own != null && maySubscribe(own.filter(), own.qos());
    }

    /** True if what waits for the client may go to it. */
    boolean mayReceive(TopicName topic) {
        TopicName own = mount == null ? topic : mount.own(topic);
        if (own == null) {
            return false;
        }
        Rights by = now();
        int slot = slot(own);
        int answer = answers[slot] >> RECEIVE_SHIFT;
        if ((answer & KNOWN) == 0) {
            answer = remember(slot, RECEIVE_SHIFT, by.mayReceive(own));
        }
        return (answer & ALLOWED) != 0;
    }

    /** True if the client may leave its will, or has none. */
    boolean mayLeaveWill() {
        return will == null || (now().mayPublish(will.topic(), will.qos(), will.retain()) && !isClosed(will.topic()));
    }

    /** The topic of its will, for people. */
    String willTopic() {
        return will == null ? "" : will.topic().value();
    }

    /** True, once for each change, if the rules have changed since subscriptions and will were judged. */
    boolean isToJudge() {
        long latest = authorizer.version();
        boolean changed = latest != judged;
        judged = latest;
        return changed;
    }
}
