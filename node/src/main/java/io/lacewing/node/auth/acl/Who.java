package io.lacewing.node.auth.acl;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.RemoteHost;
import io.lacewing.node.net.Network;
import java.net.InetAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which clients something is for: those that every condition holds for. Of a condition's values one has to fit; an empty one
 * holds for all. Immutable.
 *
 * @param users the user name, if somebody has checked it
 * @param groups one of the groups
 * @param clientIds the client id
 * @param networks where the client comes from
 * @param listeners by which listener it came
 * @param certificates the common name of its certificate
 */
record Who(
        List<Glob> users,
        List<Glob> groups,
        List<Glob> clientIds,
        List<Network> networks,
        List<Glob> listeners,
        List<Glob> certificates) {

    boolean matches(Identity identity, ClientDetails client) {
        return fits(users, identity.userName())
                && (groups.isEmpty() || identity.groups().stream().anyMatch(group -> fits(groups, group)))
                && fits(clientIds, client.clientId())
                && fits(listeners, client.listener())
                && fits(certificates, commonName(client.certificate()))
                && isWithin(client.remoteAddress());
    }

    private static boolean fits(List<Glob> allowed, @Nullable String name) {
        return allowed.isEmpty() || allowed.stream().anyMatch(glob -> glob.matches(name));
    }

    private static @Nullable String commonName(@Nullable PeerCertificate certificate) {
        return certificate == null ? null : certificate.commonName();
    }

    private boolean isWithin(String address) {
        if (networks.isEmpty()) {
            return true;
        }
        InetAddress host = RemoteHost.of(address);
        return networks.stream().anyMatch(network -> network.contains(host));
    }
}
