package io.lacewing.cluster.hazelcast;

import io.lacewing.cluster.hazelcast.CountingReplica.Counted;
import io.lacewing.cluster.core.View;
import io.lacewing.cluster.replica.ReplicaJournal;
import io.lacewing.cluster.replica.ReplicaNotice;
import io.lacewing.cluster.replica.ReplicaNotice.Outcome;
import io.lacewing.cluster.replica.ReplicaState;
import io.lacewing.cluster.replica.ReplicaTable;
import io.vertx.core.VertxOptions;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A member in a process of its own: it owns shards as they come, and drives them as a client if told so. It takes one
 * command per line and answers with lines.
 *
 * <p>Arguments: cluster name, incarnation, own endpoint, all endpoints with commas between, size, bytes of ballast.
 */
final class ReplicaProcess implements ClusterMember.Events, TestOwner.Surroundings {
    private static final byte REPORT = 1;
    private static final byte WANT = 2;
    private static final byte ACK = 3;

    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final int TICK_MILLIS = 50;

    private final PrintStream out;
    private final int ballast;
    private volatile ClusterSettings settings;
    private TestOwner[] owners = {};
    private @Nullable TestDriver driver;
    private @Nullable ClusterMember member;
    private ReplicaTable table = new ReplicaTable(new long[MemberConfiguration.SHARDS][0]);
    private List<View.Member> nodes = List.of();
    private boolean populated;

    private ReplicaProcess(ClusterSettings settings, int ballast, PrintStream out) {
        this.settings = settings;
        this.ballast = ballast;
        this.out = out;
    }

    public static void main(String[] args) throws IOException {
        List<Endpoint> all =
                Arrays.stream(args[3].split(",", -1)).map(Endpoint::parse).toList();
        ClusterSettings settings = ClusterSettings.of(
                args[0],
                "node-" + args[1],
                Long.parseLong(args[1]),
                Endpoint.parse(args[2]),
                new Discovery.Static(all),
                Integer.parseInt(args[4]));
        ReplicaProcess process = new ReplicaProcess(settings, Integer.parseInt(args[5]), System.out);
        process.start();
        process.obey(new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)));
    }

    private void start() {
        VertxOptions options = new VertxOptions()
                .setEventLoopPoolSize(1)
                .setEventBusOptions(
                        new EventBusOptions().setHost(settings.bind().host()));
        ClusterMember joined = ClusterMember.join(
                settings, options, CountingReplica.factory(ballast), ReplicaJournal.NONE, this, () -> false);
        joined.context().runOnContext(nothing -> {
            member = joined;
            owners = new TestOwner[MemberConfiguration.SHARDS];
            for (int shard = 0; shard < owners.length; shard++) {
                owners[shard] = new TestOwner(shard, settings.incarnation(), joined.shards(), this);
            }
            joined.vertx().setPeriodic(TICK_MILLIS, tick -> tick());
            out.println("STARTED");
        });
    }

    private void obey(BufferedReader commands) throws IOException {
        String line;
        while ((line = commands.readLine()) != null) {
            String[] words = line.split(" ", -1);
            ClusterMember joined = member();
            switch (words[0]) {
                case "REGRESSIONS" -> out.println("REGRESSIONS " + joined.regressions());
                case "CREATE" -> joined.context().runOnContext(nothing -> create(joined));
                case "DRIVE" ->
                    joined.context().runOnContext(nothing -> driver = new TestDriver(Integer.parseInt(words[1])));
                case "STOP" -> joined.context().runOnContext(nothing -> driver().stop());
                case "OWNER" ->
                    joined.context()
                            .runOnContext(nothing -> out.println(
                                    "OWNER " + Arrays.toString(table.replicasOf(Integer.parseInt(words[1])))));
                case "ANEW" -> beginAnew(joined, Long.parseLong(words[1]));
                case "LEAVE" -> {
                    joined.leave();
                    out.println("LEFT");
                    return;
                }
                default -> throw new IllegalArgumentException(line);
            }
        }
        // Whoever started this process is gone.
        Runtime.getRuntime().halt(1);
    }

    /** Goes without a word, and joins under another incarnation. */
    private void beginAnew(ClusterMember joined, long incarnation) {
        joined.abandon();
        ClusterSettings old = settings;
        settings = ClusterSettings.of(
                old.clusterName(), old.nodeId(), incarnation, old.bind(), old.discovery(), old.size());
        owners = new TestOwner[0];
        nodes = List.of();
        table = new ReplicaTable(new long[MemberConfiguration.SHARDS][0]);
        populated = false;
        start();
    }

    /** The cluster's birth: every member makes the shards it owns. */
    private void create(ClusterMember joined) {
        for (int shard = 0; shard < owners.length; shard++) {
            if (table.ownerOf(shard) == settings.incarnation()) {
                joined.shards().create(shard);
            }
        }
        out.println("CREATED");
    }

    private void tick() {
        boolean full = full();
        if (full != populated) {
            populated = full;
            out.println(full ? "FULL " + nodes.size() : "PARTIAL");
        }
        for (TestOwner owner : owners) {
            owner.turn();
        }
        if (driver != null) {
            driver.wants(System.nanoTime(), this::askOwner);
            if (driver.isFinished()) {
                out.println("DONE " + driver.summary() + " " + troubles());
                driver = null;
            }
        }
    }

    private boolean full() {
        int wanted = Math.min(2, nodes.size());
        for (int shard = 0; shard < table.shards(); shard++) {
            if (Arrays.stream(table.replicasOf(shard))
                            .filter(each -> each != ReplicaTable.NOBODY)
                            .count()
                    < wanted) {
                return false;
            }
        }
        return true;
    }

    private String troubles() {
        long repairs = Arrays.stream(owners).mapToLong(owner -> owner.repairs).sum();
        long unknown =
                Arrays.stream(owners).mapToLong(owner -> owner.indeterminate).sum();
        return "repairsHere=" + repairs + " indeterminateHere=" + unknown;
    }

    private void askOwner(int shard, long number) {
        send(
                table.ownerOf(shard),
                Buffer.buffer().appendByte(WANT).appendInt(shard).appendLong(number));
    }

    private void send(long to, Buffer frame) {
        if (to == settings.incarnation()) {
            onFrame(frame);
        } else if (to != ReplicaTable.NOBODY) {
            // A lost frame is repeated by whoever waits for its effect.
            member().transport().send(to, frame);
        }
    }

    @Override
    public void onReport(ReplicaNotice report) {
        if (owners.length > 0 && report.submitter() == settings.incarnation()) {
            owners[report.shard()].onReport(settings.incarnation(), report);
            return;
        }
        Buffer frame = Buffer.buffer()
                .appendByte(REPORT)
                .appendInt(report.shard())
                .appendLong(settings.incarnation())
                .appendByte((byte) report.outcome().ordinal())
                .appendLong(report.state().epoch())
                .appendLong(report.state().sequence())
                .appendLong(report.state().hash());
        if (member != null) {
            send(report.submitter(), frame);
        }
    }

    @Override
    public void onFrame(Buffer frame) {
        if (owners.length == 0) {
            return;
        }
        int shard = frame.getInt(1);
        switch (frame.getByte(0)) {
            case REPORT -> {
                ReplicaState state = new ReplicaState(frame.getLong(14), frame.getLong(22), frame.getLong(30));
                owners[shard].onReport(
                        frame.getLong(5),
                        new ReplicaNotice(shard, settings.incarnation(), OUTCOMES[frame.getByte(13)], state, null));
            }
            case WANT -> owners[shard].want(frame.getLong(5));
            case ACK -> {
                // One that was removed may say so late: it is no owner any more, and others have gone on.
                long from = frame.getLong(21);
                if (driver != null && nodes.stream().anyMatch(node -> node.incarnation() == from)) {
                    String violation = driver.acknowledged(
                            shard, frame.getLong(5), frame.getLong(13), System.nanoTime(), this::askOwner);
                    if (!violation.isEmpty()) {
                        out.println("VIOLATION " + violation);
                    }
                }
            }
            default -> throw new IllegalArgumentException("frame " + frame.getByte(0));
        }
    }

    @Override
    public void onMembers(List<View.Member> present) {
        nodes = present;
    }

    @Override
    public void onReplicas(ReplicaTable changed) {
        table = changed;
    }

    @Override
    public ReplicaTable table() {
        return table;
    }

    @Override
    public int members() {
        return nodes.size() * 2 > settings.size() ? nodes.size() : 0;
    }

    /** Tells everyone: only the driver listens. */
    @Override
    public void acknowledge(int shard, Counted counted) {
        Buffer frame = Buffer.buffer()
                .appendByte(ACK)
                .appendInt(shard)
                .appendLong(counted.last())
                .appendLong(counted.listHash())
                .appendLong(settings.incarnation());
        // By agreement the driver is the member with the least incarnation.
        nodes.stream().mapToLong(View.Member::incarnation).min().ifPresent(to -> send(to, frame));
    }

    private ClusterMember member() {
        if (member == null) {
            throw new IllegalStateException("not started");
        }
        return member;
    }

    private TestDriver driver() {
        if (driver == null) {
            throw new IllegalStateException("no driver");
        }
        return driver;
    }
}
