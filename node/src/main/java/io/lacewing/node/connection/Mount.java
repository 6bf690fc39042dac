package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Outbound;
import io.lacewing.router.Subscription;
import io.lacewing.router.TopicException;
import io.lacewing.router.TopicFilter;
import io.lacewing.router.TopicName;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Where the topics of one tenant are in those of the broker: all of them below {@code $tenant/NAME/}, which the tenant's clients
 * neither write nor see. As it begins with {@code $}, no wildcard at the first level reaches it [MQTT-4.7.2-1], and as a tenant's
 * filters all begin with it, none of them reaches anything else. Its clients have their sessions under names that no client can
 * give itself, as a client id holds no U+0000 [MQTT-1.5.4-2].
 *
 * <p>Of one client, with what its event loop remembers. Owned by that loop.
 */
final class Mount {
    /** The first level of the topics of all tenants. */
    static final String ROOT = "$tenant";

    private static final int MAX_LENGTH = 65_535;
    private static final String SHARE = "$share/";
    private static final byte[] BELOW_ROOT = (ROOT + "/").getBytes(StandardCharsets.US_ASCII);
    private static final TopicFilter ALL = TopicFilter.of(ROOT + "/#");

    private final String tenant;
    private final String point;
    private final byte[] bytes;
    private final MountedTopics known;

    Mount(String tenant, MountedTopics known) {
        this.tenant = tenant;
        this.point = ROOT + "/" + tenant + "/";
        this.bytes = point.getBytes(StandardCharsets.US_ASCII);
        this.known = known;
    }

    // ---- for those who are of no tenant ----

    /** True for topics that are tenants', and {@value #ROOT}. Costs a look at the first byte for all without '$'. */
    static boolean isTenants(TopicName topic) {
        byte[] name = topic.utf8();
        return name[0] == '$'
                && (startsWith(name, BELOW_ROOT)
                        || Arrays.equals(name, 0, name.length, BELOW_ROOT, 0, BELOW_ROOT.length - 1));
    }

    /** True if some topic of a filter is a tenant's. */
    static boolean touchesTenants(TopicFilter filter) {
        return filter.overlaps(ALL);
    }

    /**
     * True for those of the topics of {@link #isTenants} that no client of a tenant could use, though its filters may match them:
     * nobody may publish there.
     */
    static boolean isNobodys(TopicName topic) {
        if (!isTenants(topic)) {
            return false;
        }
        byte[] name = topic.utf8();
        int end = BELOW_ROOT.length;
        while (end < name.length && name[end] != '/') {
            end++;
        }
        return end + 1 >= name.length || name[end + 1] == '$';
    }

    // ---- in ----

    /** The tenant's name. */
    String tenant() {
        return tenant;
    }

    /** The name of a client's session, or of a user, among all tenants'. */
    String scoped(String name) {
        return tenant + '\0' + name;
    }

    /** True for topics that no client of a tenant may use: the system's. */
    static boolean isRefused(TopicName own) {
        return own.isSystem();
    }

    /** False if a topic is too long to be mounted. */
    boolean fits(TopicName own) {
        return own.utf8().length + bytes.length <= MAX_LENGTH;
    }

    /** Where the broker has the client's topic, which {@link #fits}. */
    TopicName mounted(TopicName own) {
        return known.mounted(this, own);
    }

    /** As {@link #mounted(TopicName)}, made anew. */
    TopicName make(TopicName own) {
        byte[] name = Arrays.copyOf(bytes, bytes.length + own.utf8().length);
        System.arraycopy(own.utf8(), 0, name, bytes.length, own.utf8().length);
        return TopicName.ofUtf8(name, 0, name.length);
    }

    /** True for filters that no client of a tenant may use: those of the system's topics. */
    static boolean isRefused(TopicFilter own) {
        return own.value().startsWith("$", startOf(own));
    }

    /**
     * Where the broker has the client's filter; of a shared one the group stays in front.
     *
     * @throws TopicException if it is too long
     */
    TopicFilter mounted(TopicFilter own) {
        String text = own.value();
        int start = startOf(own);
        return TopicFilter.of(text.substring(0, start) + point + text.substring(start));
    }

    /** Where in a filter's text the filter proper begins. */
    private static int startOf(TopicFilter filter) {
        String group = filter.group();
        return group == null ? 0 : SHARE.length() + group.length() + 1;
    }

    // ---- out ----

    /** True if the topic is the tenant's. */
    private boolean has(TopicName topic) {
        byte[] name = topic.utf8();
        return name.length > bytes.length && startsWith(name, bytes);
    }

    private static boolean startsWith(byte[] name, byte[] begin) {
        return name.length >= begin.length && Arrays.equals(name, 0, begin.length, begin, 0, begin.length);
    }

    /** What the client calls a topic of the broker; null if it is not its tenant's. */
    @Nullable
    TopicName own(TopicName mounted) {
        return has(mounted) ? known.own(this, mounted) : null;
    }

    /** As {@link #own(TopicName)}, made anew of one that is the tenant's. */
    TopicName cut(TopicName mounted) {
        return TopicName.ofUtf8(mounted.utf8(), bytes.length, mounted.utf8().length - bytes.length);
    }

    /** A subscription as the client wrote it; null if it is not its tenant's. */
    @Nullable
    Subscription own(Subscription mounted) {
        TopicFilter filter = mounted.filter();
        String text = filter.value();
        int start = startOf(filter);
        if (!text.startsWith(point, start) || text.length() == start + point.length()) {
            return null;
        }
        return new Subscription(
                TopicFilter.of(text.substring(0, start) + text.substring(start + point.length())),
                mounted.qos(),
                mounted.noLocal(),
                mounted.retainAsPublished(),
                mounted.retainHandling(),
                mounted.identifier());
    }

    /**
     * A message as the clients of the tenant see it: made once for all of them, as they are the only ones whose subscriptions are
     * mounted where it is.
     *
     * @throws IllegalStateException if it is not the tenant's; that ends the connection
     */
    Outbound seen(Outbound message) {
        TopicName mounted = message.message().topic();
        if (!has(mounted)) {
            throw new IllegalStateException("a message for a client of the tenant " + tenant + " is not the tenant's");
        }
        Outbound made = message.renamed();
        return made == null ? message.renamed(known.own(this, mounted)) : made;
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Mount mount && mount.tenant.equals(tenant);
    }

    @Override
    public int hashCode() {
        return tenant.hashCode();
    }

    @Override
    public String toString() {
        return point;
    }
}
