package io.lacewing.lab.nodes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Each node on a host of its own: a network namespace with a link to a bridge, which is in another. A proxy is a further host,
 * and the clients are where this process is, which {@link Enclave} has put into a namespace. Nothing of it shows in the
 * machine's own network.
 */
public final class NamespacePlacement implements Placement {
    private static final String NET = "10.77.0.";
    private static final int PLACES = 9;
    private static final int PROXY_HOST = 100;
    private static final int CLIENT_HOST = 200;
    private static final String BRIDGE = "net";

    private final Namespaces namespaces;
    private final @Nullable UserspaceSwitch userspace;
    private final Path dir;
    private final List<Place> places = new ArrayList<>();
    private final List<Cut> cuts = new ArrayList<>();
    private final List<InetSocketAddress> entrances = new ArrayList<>();

    /**
     * Makes the network, in the namespaces of the run that this process is in.
     *
     * @param dir for the proxy's configuration and logs; is there
     * @param slowable true for a switch in user space instead of the bridge, which makes {@link #slow} possible
     */
    public NamespacePlacement(Path dir, boolean slowable) {
        this.namespaces = Namespaces.of(Enclave.run());
        this.dir = dir;
        this.userspace = slowable ? new UserspaceSwitch(dir) : null;
        if (!slowable) {
            namespaces.add(BRIDGE);
            ip(BRIDGE, "link", "add", "bridge", "type", "bridge");
            ip(BRIDGE, "link", "set", "bridge", "up");
        }
        attach(Enclave.CLIENTS, CLIENT_HOST);
    }

    private void ip(String host, String... words) {
        List<String> command = new ArrayList<>(List.of("ip", "-n", namespaces.name(host)));
        command.addAll(List.of(words));
        Shell.run(command, "");
    }

    private void attach(String host, int number) {
        if (userspace != null) {
            userspace.attach(namespaces.name(host), host);
        } else {
            ip(BRIDGE, "link", "add", host, "type", "veth", "peer", "name", "eth0", "netns", namespaces.name(host));
            ip(BRIDGE, "link", "set", host, "master", "bridge", "up");
        }
        ip(host, "address", "add", NET + number + "/24", "dev", "eth0");
        ip(host, "link", "set", "eth0", "up");
    }

    @Override
    public Place place(int index) {
        while (places.size() <= index) {
            if (places.size() == PLACES) {
                throw new LabException("there is room for " + PLACES + " nodes");
            }
            int number = places.size() + 1;
            namespaces.add("n" + number);
            attach("n" + number, number);
            places.add(new Place("n" + number, NET + number, Place.Ports.USUAL, namespaces.in("n" + number)));
        }
        return places.get(index);
    }

    /** A proxy before all nodes there are, which sends clients only to those that say that they are ready. */
    @Override
    public List<InetSocketAddress> entrances() {
        if (entrances.isEmpty()) {
            namespaces.add("proxy");
            attach("proxy", PROXY_HOST);
            startProxy();
            entrances.add(new InetSocketAddress(NET + PROXY_HOST, Place.Ports.USUAL.mqtt()));
        }
        return entrances;
    }

    private void startProxy() {
        StringBuilder config = new StringBuilder("""
                defaults
                  mode tcp
                  timeout connect 2s
                  timeout client 1h
                  timeout server 1h
                listen mqtt
                  bind :1883
                  balance leastconn
                  option httpchk GET /health/ready
                """);
        for (Place place : places) {
            config.append(String.format(
                    "  server %s %s:%d check port %d inter 500ms fall 2 rise 2 on-marked-down shutdown-sessions%n",
                    place.name(),
                    place.host(),
                    place.ports().mqtt(),
                    place.ports().http()));
        }
        try {
            Path file = dir.resolve("haproxy.cfg");
            Files.writeString(file, config);
            List<String> command = new ArrayList<>(namespaces.in("proxy"));
            command.addAll(List.of("haproxy", "-db", "-f", file.toString()));
            Process proxy = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(dir.resolve("haproxy.log").toFile())
                    .start();
            if (proxy.waitFor(500, TimeUnit.MILLISECONDS)) {
                throw new LabException("haproxy ended: " + Files.readString(dir.resolve("haproxy.log")));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LabException("interrupted", e);
        }
    }

    @Override
    public void cut(List<Cut> more) {
        cuts.addAll(more);
        apply();
    }

    @Override
    public void slow(Delay delay) {
        if (userspace == null) {
            throw new LabException("links can be slow with --placement switch only");
        }
        for (Place from : places) {
            for (Place to : places) {
                if (!from.equals(to)) {
                    userspace.slow(from.name(), to.name(), delay);
                }
            }
        }
    }

    @Override
    public void heal() {
        cuts.clear();
        apply();
        if (userspace != null) {
            userspace.fast();
        }
    }

    /** What a node does not get is stopped where it would come in. */
    private void apply() {
        for (int to = 0; to < places.size(); to++) {
            StringBuilder rules = new StringBuilder("""
                    add table ip lab
                    flush table ip lab
                    add chain ip lab in { type filter hook input priority 0; policy accept; }
                    """);
            for (Cut cut : cuts) {
                if (cut.to() == to) {
                    String match = "add rule ip lab in ip saddr "
                            + places.get(cut.from()).host() + " ";
                    rules.append(
                            switch (cut.kind()) {
                                case DROP -> match + "drop\n";
                                case REJECT -> match + "meta l4proto tcp reject with tcp reset\n" + match + "reject\n";
                            });
                }
            }
            List<String> command = new ArrayList<>(namespaces.in(places.get(to).name()));
            command.addAll(List.of("nft", "-f", "-"));
            Shell.run(command, rules.toString());
        }
    }

    /** The namespaces, and what still runs in them, go with the enclave. */
    @Override
    public void close() {
        if (userspace != null) {
            userspace.close();
        }
    }
}
