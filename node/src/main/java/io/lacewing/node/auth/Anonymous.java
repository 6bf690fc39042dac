package io.lacewing.node.auth;

import java.net.InetAddress;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * The last authenticator of a node: decides on clients that nobody knows. One without a user name is let in, or not, by
 * where it comes from. One with a user name has asked to be checked: it is refused, unless the node has nobody who checks;
 * then its name means nothing, and it is treated as if it had given none.
 */
public final class Anonymous implements Authenticator {

    /** From where clients are let in that nobody knows. */
    public enum Reach {
        /** From a loopback address of this machine. */
        LOOPBACK,
        /** From everywhere. */
        EVERYWHERE,
        /** From nowhere. */
        NOWHERE
    }

    private static final Verdict ALLOW = new Verdict.Allow(Identity.ANONYMOUS);
    private static final Verdict NOBODY =
            new Verdict.Deny(Denial.NOT_AUTHORIZED, "clients must give a user name that is known here");
    private static final Verdict NOT_FROM_THERE = new Verdict.Deny(
            Denial.NOT_AUTHORIZED,
            "clients that are not on the broker's machine must give a user name that is known here");

    private final Reach reach;
    private final boolean namesAreChecked;

    /**
     * Makes it.
     *
     * @param namesAreChecked true if somebody is asked before who checks user names
     */
    public Anonymous(Reach reach, boolean namesAreChecked) {
        this.reach = reach;
        this.namesAreChecked = namesAreChecked;
    }

    @Override
    public CompletionStage<Verdict> authenticate(Credentials credentials) {
        return CompletableFuture.completedFuture(judge(credentials.client()));
    }

    private Verdict judge(ClientDetails client) {
        if (namesAreChecked && client.userName() != null) {
            return Verdict.WRONG;
        }
        return switch (reach) {
            case EVERYWHERE -> ALLOW;
            case LOOPBACK -> isLoopback(client.remoteAddress()) ? ALLOW : NOT_FROM_THERE;
            case NOWHERE -> NOBODY;
        };
    }

    /** True if {@code address}, an IP address and a port, is of 127.0.0.0/8 or ::1; false for all that is no IP address. */
    static boolean isLoopback(String address) {
        InetAddress host = RemoteHost.of(address);
        return host != null && host.isLoopbackAddress();
    }
}
