package io.lacewing.lab.scenario;

import io.lacewing.lab.nodes.Cut;
import io.lacewing.lab.nodes.Delay;
import io.lacewing.lab.nodes.LabException;
import io.lacewing.lab.nodes.LabNode;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The network between the nodes falls apart and comes together again; clients reach all nodes meanwhile. */
final class Splits {
    private static final int MAX_NODES = 9;
    private static final double FLAP_SECONDS = 0.7;
    private static final double SECONDS_TO_MEND = 5;

    private Splits() {}

    /** How the packets get lost. */
    private enum Kind {
        DROP,
        REJECT,
        ONE_WAY,
        FLAPPING;

        static Kind of(String word) {
            for (Kind kind : values()) {
                if (kind.name().toLowerCase(Locale.ROOT).replace('_', '-').equals(word)) {
                    return kind;
                }
            }
            throw new LabException("kind must be drop, reject, one-way or flapping, not '" + word + "'");
        }
    }

    static void split(Stage stage) throws InterruptedException {
        List<Integer> sizes = sizes(stage.word("shape"));
        Kind kind = Kind.of(stage.word("kind"));
        double duration = stage.number("duration");
        boolean killAll = Boolean.parseBoolean(stage.word("kill-all"));
        int count = sizes.stream().mapToInt(size -> size).sum();
        stage.cluster(count);
        stage.load();
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            List<List<LabNode>> groups = groups(stage, sizes);
            String what = "split "
                    + String.join(" | ", groups.stream().map(Stage::names).toList()) + " by " + stage.word("kind")
                    + " for " + duration + " s";
            stage.history().fault(what);
            stage.say(what);
            apart(stage, cuts(stage, groups, kind), kind, duration, minority(groups, count));
            if (killAll) {
                stage.kill(stage.nodes());
            }
            stage.placement().heal();
            stage.history().mended("heal");
            stage.say("heal");
            if (killAll) {
                Kills.startInAnyOrder(stage, 1);
            }
            stage.run(1);
            stage.awaitReady(stage.nodes());
            stage.run(SECONDS_TO_MEND);
        }
        stage.run();
    }

    /** The links between nodes are slow and lose packets for a while: nothing may be lost, and nobody should notice much. */
    static void slow(Stage stage) throws InterruptedException {
        stage.cluster((int) stage.number("nodes"));
        stage.load();
        Delay delay = new Delay((int) stage.number("delay"), (int) stage.number("jitter"), stage.number("loss"));
        for (int round = 0; round < stage.rounds(); round++) {
            stage.run();
            stage.history().fault("links are slow: " + delay);
            stage.say("links are slow: " + delay);
            stage.placement().slow(delay);
            stage.run(stage.number("duration"));
            stage.placement().heal();
            stage.history().mended("links are fast");
            stage.say("links are fast");
            stage.awaitReady(stage.nodes());
        }
        stage.run();
    }

    private static List<Integer> sizes(String shape) {
        List<Integer> sizes = new ArrayList<>();
        for (String part : shape.split("\\+", -1)) {
            if (!part.matches("[1-9]")) {
                throw new LabException("shape must be as 2+1, 1+1+1 or 3+2, not '" + shape + "'");
            }
            sizes.add(Integer.parseInt(part));
        }
        if (sizes.size() < 2 || sizes.stream().mapToInt(size -> size).sum() > MAX_NODES) {
            throw new LabException("shape must have two parts or more and at most " + MAX_NODES + " nodes");
        }
        return sizes;
    }

    private static List<List<LabNode>> groups(Stage stage, List<Integer> sizes) {
        List<LabNode> order = new ArrayList<>(stage.nodes());
        Collections.shuffle(order, stage.random());
        List<List<LabNode>> groups = new ArrayList<>();
        int from = 0;
        for (int size : sizes) {
            groups.add(order.subList(from, from + size));
            from += size;
        }
        return groups;
    }

    /** The nodes that are without a majority. */
    private static List<LabNode> minority(List<List<LabNode>> groups, int count) {
        return groups.stream()
                .filter(group -> 2 * group.size() <= count)
                .flatMap(List::stream)
                .toList();
    }

    /** In a one-way split nobody gets what one of the groups sends; else nobody gets anything of another group. */
    private static List<Cut> cuts(Stage stage, List<List<LabNode>> groups, Kind kind) {
        Cut.Kind how = kind == Kind.REJECT ? Cut.Kind.REJECT : Cut.Kind.DROP;
        int mute = stage.random().nextInt(groups.size());
        List<Cut> cuts = new ArrayList<>();
        for (int from = 0; from < groups.size(); from++) {
            for (int to = 0; to < groups.size(); to++) {
                if (from != to && (kind != Kind.ONE_WAY || from == mute)) {
                    for (LabNode sender : groups.get(from)) {
                        for (LabNode receiver : groups.get(to)) {
                            int sending = stage.nodes().indexOf(sender);
                            cuts.add(new Cut(sending, stage.nodes().indexOf(receiver), how));
                        }
                    }
                }
            }
        }
        return cuts;
    }

    private static void apart(Stage stage, List<Cut> cuts, Kind kind, double duration, List<LabNode> minority)
            throws InterruptedException {
        long end = System.nanoTime() + (long) (duration * 1e9);
        if (kind == Kind.FLAPPING) {
            while (System.nanoTime() < end) {
                stage.placement().cut(cuts);
                stage.run(2 * FLAP_SECONDS * stage.random().nextDouble());
                stage.placement().heal();
                stage.run(FLAP_SECONDS * stage.random().nextDouble());
            }
            return;
        }
        stage.placement().cut(cuts);
        boolean keepsServing = "keep-serving".equals(stage.setting("cluster.netsplit"));
        if (duration > Stage.PAUSED_WITHIN.toSeconds() && kind != Kind.ONE_WAY && !keepsServing) {
            for (LabNode node : minority) {
                stage.expectUnready(node, "it lost the majority");
            }
        }
        stage.run(Math.max(0, (end - System.nanoTime()) / 1e9));
    }
}
