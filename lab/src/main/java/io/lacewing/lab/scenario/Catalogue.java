package io.lacewing.lab.scenario;

import io.lacewing.lab.scenario.Scenario.Parameter;
import io.lacewing.lab.scenario.Scenario.Play;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** All scenarios. */
public final class Catalogue {
    private static final Parameter RATE = new Parameter("rate", "40", "messages per second of each publisher");
    private static final Parameter NODES = new Parameter("nodes", "3", "nodes of the cluster");
    private static final Map<String, String> DISK = Map.of("persistence.durability", "disk");

    private Catalogue() {}

    /** In the order in which they are shown. */
    public static List<Scenario> all() {
        List<Scenario> all = new ArrayList<>();
        all.add(of("kill-one", "kill -9 of one node at a random moment, again and again", Kills::one, NODES));
        all.add(disk(
                "kill-all",
                "kill -9 of all nodes at the same moment; they come back in any order",
                Kills::all,
                NODES,
                new Parameter("gap", "3", "most seconds between two starts")));
        all.add(disk("alone-kill", "kill -9 of a node that is alone", Kills::alone));
        all.add(of(
                "freeze",
                "SIGSTOP of one node, then SIGCONT",
                Kills::freeze,
                NODES,
                new Parameter("duration", "20", "seconds that it stands still")));
        all.add(of("rolling-restart", "SIGTERM and start of one node after the other", Kills::rollingRestart, NODES));
        all.add(of(
                "split",
                "the network between the nodes falls apart and heals; needs --placement netns",
                Splits::split,
                new Parameter("shape", "2+1", "how many nodes stay together: 2+1, 1+1+1, 3+2"),
                new Parameter("kind", "drop", "drop, reject, one-way or flapping"),
                new Parameter("duration", "6", "seconds until it heals"),
                new Parameter("kill-all", "false", "true: kill -9 of all nodes before it heals, with disk")));
        all.add(of(
                "slow",
                "the links between the nodes are slow and lose packets; needs --placement switch",
                Splits::slow,
                NODES,
                new Parameter("delay", "50", "milliseconds in each direction"),
                new Parameter("jitter", "50", "milliseconds more, at most"),
                new Parameter("loss", "1", "percent"),
                new Parameter("duration", "10", "seconds")));
        all.add(disk(
                "disk-full",
                "the disk of one node is full for a while; needs root",
                Disks::full,
                NODES,
                new Parameter("kill-all", "true", "kill -9 of all nodes before there is space again")));
        all.add(disk("read-only", "a node starts with a read-only data directory; needs root", Disks::readOnly, NODES));
        Parameter down = new Parameter("down", "one", "one or all: which nodes are down meanwhile");
        all.add(disk("flip", "a bit is flipped in a file of each kind", Disks::flip, NODES, down));
        all.add(disk("truncate", "a file of each kind is cut", Disks::truncate, NODES, down));
        all.add(disk(
                "lost-holders",
                "two nodes die at once and one comes back without its volume; with lost=both and five nodes, both",
                Disks::lostHolders,
                NODES,
                new Parameter("lost", "one", "one or both volumes"),
                new Parameter("force", "true", "with lost=both: what only they had is given up by recover --force"),
                new Parameter("gap", "3", "seconds between the two starts")));
        Parameter gap = new Parameter("gap", "2", "most seconds between two starts");
        all.add(disk("join-empty", "a node alone with data is joined by two empty ones", Memberships::joinEmpty, gap));
        all.add(disk("foreign", "two nodes with different data are to be one cluster", Memberships::foreign, gap));
        all.add(disk(
                "week",
                "a node is away while the others change; it comes back with its old data",
                Memberships::week,
                NODES,
                new Parameter("restart-others", "true", "kill -9 of all others meanwhile")));
        all.add(of(
                "planted",
                "a proxy before a sound node lies in each way there is; clean if each lie is caught",
                Planted::lies,
                new Parameter("lie", "all", "all or one")));
        return all;
    }

    private static Scenario of(String name, String what, Play play, Parameter... parameters) {
        return scenario(name, what, Map.of(), play, parameters);
    }

    /** With data that outlives the process. */
    private static Scenario disk(String name, String what, Play play, Parameter... parameters) {
        return scenario(name, what, DISK, play, parameters);
    }

    private static Scenario scenario(
            String name, String what, Map<String, String> settings, Play play, Parameter... parameters) {
        List<Parameter> all = new ArrayList<>(List.of(parameters));
        all.add(RATE);
        return new Scenario(name, what, List.copyOf(all), settings, play);
    }
}
