package io.lacewing.node.ban;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.net.Network;
import io.lacewing.node.ban.Ban.Cause;
import io.lacewing.node.ban.Ban.Kind;
import io.lacewing.node.config.BanRule;
import io.lacewing.node.config.BansConfig;
import java.net.InetAddress;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts on the ban list who misbehaves, by what this node sees. Thread-safe.
 *
 * <p>Who guesses passwords is banned by address, never by the user name that it gives, and who connects again and again is counted
 * only when it has been let in: else a stranger could keep a user or a client out by its name. An IPv6 address stands for its
 * /64, as whoever has one has them all. Where an operator has banned the same, or another ban of it ends later, that one stays.
 */
public final class AutomaticBans {
    private static final Logger LOG = LoggerFactory.getLogger(AutomaticBans.class);
    private static final int PREFIX_6 = 64;

    private final Bans bans;
    private final List<Network> except;
    private final @Nullable Counter<Network> guessing;
    private final @Nullable Counter<String> flapping;
    private final Map<Cause, LongAdder> set = new EnumMap<>(Cause.class);
    private final Consumer<Ban> told;

    /**
     * Counts from now on.
     *
     * @param told hears of each ban that is set
     */
    public AutomaticBans(BansConfig config, Bans bans, Consumer<Ban> told) {
        this.bans = bans;
        this.told = told;
        this.except = config.except();
        this.guessing = counter(config.guessing());
        this.flapping = counter(config.flapping());
        for (Cause cause : Cause.values()) {
            set.put(cause, new LongAdder());
        }
    }

    private static <K> @Nullable Counter<K> counter(BanRule rule) {
        return rule.most() == 0 ? null : new Counter<>(rule);
    }

    /** A rule, and what has happened of what it is about. */
    private record Counter<K>(BanRule rule, Occurrences<K> seen) {
        Counter(BanRule rule) {
            this(rule, new Occurrences<>(rule.most(), rule.within().toNanos()));
        }
    }

    /** How often this node has banned somebody for this. */
    public long set(Cause cause) {
        LongAdder count = set.get(cause);
        return count == null ? 0 : count.sum();
    }

    /** Somebody has given what was to prove who it is, and it was wrong. */
    public void failed(ClientDetails client) {
        Counter<Network> counter = guessing;
        InetAddress address = counter == null ? null : RemoteHost.of(client.remoteAddress());
        if (counter == null || address == null || isExcepted(address)) {
            return;
        }
        Network network = Network.around(address, address.getAddress().length == 4 ? 32 : PREFIX_6);
        if (counter.seen.isTooOften(network, System.nanoTime())) {
            ban(Kind.ADDRESS, network.toString(), counter.rule, Cause.GUESSING, "failed authentications");
        }
    }

    /** A client has been let in. */
    public void letIn(ClientDetails client) {
        Counter<String> counter = flapping;
        if (counter == null || !counter.seen.isTooOften(client.clientId(), System.nanoTime())) {
            return;
        }
        InetAddress address = RemoteHost.of(client.remoteAddress());
        if (address == null || !isExcepted(address)) {
            ban(Kind.CLIENT_ID, client.clientId(), counter.rule, Cause.FLAPPING, "connects");
        }
    }

    private boolean isExcepted(InetAddress address) {
        if (address.isLoopbackAddress()) {
            return true;
        }
        for (Network network : except) {
            if (network.contains(address)) {
                return true;
            }
        }
        return false;
    }

    private void ban(Kind kind, String value, BanRule rule, Cause cause, String what) {
        long now = System.currentTimeMillis();
        long until = now + rule.length().toMillis();
        Ban standing = bans.standing(kind, value);
        if (standing != null && (standing.cause() == Cause.OPERATOR || standing.until() >= until)) {
            return; // it would take that one's place, and say or ban less
        }
        if (!bans.hasRoom(true)) {
            LOG.debug("no room for an automatic ban, by {}", cause);
            return;
        }
        String reason = "more than " + rule.most() + " " + what + " within "
                + rule.within().toSeconds() + " s";
        Ban ban = new Ban(kind, value, now, until, cause.word(), reason, cause);
        var unused = bans.set(ban)
                .onSuccess(done -> {
                    set.getOrDefault(cause, new LongAdder()).increment();
                    told.accept(ban);
                })
                .onFailure(problem -> LOG.debug("an automatic ban was not set", problem));
    }
}
