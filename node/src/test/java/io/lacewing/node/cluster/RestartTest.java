package io.lacewing.node.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.clients.PacketClient;
import io.lacewing.node.clients.Received;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was acknowledged is there again after all nodes were killed at once and started on the data that they had. */
class RestartTest {
    private static final String EXPIRES_IN_1_S = "02 00000001";
    private static final String KEPT_FOR_1_S = "11 00000001";
    private static final int WITH_WILL_AT_QOS_1 = 0x0C;

    @TempDir
    private Path dir = Path.of("");

    private static PacketClient at(int port) throws IOException {
        return PacketClient.at(port, true);
    }

    private static PacketClient clean(int port, String id) throws IOException {
        return at(port).connect(id, true, "").expect("CONNACK 00" + PacketClient.ANSWER);
    }

    private static PacketClient kept(int port, String id) throws IOException {
        return at(port).connect(id, false, PacketClient.KEPT).expect("CONNACK 00" + PacketClient.ANSWER);
    }

    private static PacketClient resumed(int port, String id) throws IOException {
        return at(port).connect(id, false, PacketClient.KEPT).expect("CONNACK present 00" + PacketClient.ANSWER);
    }

    @Test
    void aNodeAloneKeepsAll() throws Exception {
        try (NodeProcesses node = NodeProcesses.alone(dir)) {
            fill(node.port(0));
            node.kill(0);
            long killed = System.nanoTime();
            node.startAgain(0);
            while (System.nanoTime() - killed < 1_500_000_000L) {
                Thread.sleep(50); // what expires after a second has, before the first client comes
            }
            check(node.port(0));
            node.kill(0);
            node.startAgain(0);
            try (PacketClient reader = resumed(node.port(0), "reader")) {
                reader.ping(); // what was acknowledged does not come again
            }
            assertEquals(List.of(), node.complaints());
        }
    }

    private static void fill(int port) throws Exception {
        PacketClient reader = kept(port, "reader");
        reader.subscribe("q/#", 2).subscribe("will", 1).disconnect();
        PacketClient unfinished = kept(port, "unfinished").subscribe("f", 2);
        PacketClient sender = kept(port, "sender");
        at(port).connect("short", false, KEPT_FOR_1_S)
                .expect("CONNACK 00" + PacketClient.ANSWER)
                .disconnect();
        PacketClient mortal = at(port).connect(
                        "mortal", WITH_WILL_AT_QOS_1, 60, PacketClient.KEPT, PacketClient.will("", "will", "gone"));
        mortal.expect("CONNACK 00" + PacketClient.ANSWER);
        PacketClient publisher = clean(port, "publisher");
        publisher.publish1("q/1", "one").publish2("q/2", "two");
        publisher.publish(0x32, "q/3", 101, EXPIRES_IN_1_S, "expires").expect("PUBACK #101 00");
        publisher.publish(0x33, "r/1", 102, "", "kept").expect("PUBACK #102 10");
        publisher.publish(0x33, "r/2", 103, "", "removed").expect("PUBACK #103 10");
        publisher.publish(0x33, "r/2", 104, "", "").expect("PUBACK #104 10");
        publisher.publish1("f", "acknowledged").publish2("f", "released");
        unfinished.take("PUBLISH f 'acknowledged' q1");
        Received second = unfinished.next();
        assertEquals("PUBLISH f 'released' q2", second.withoutId());
        unfinished.ack(0x50, second.packetId()).expect("PUBREL #" + second.packetId() + " 00");
        publisher.publish1("f", "never acknowledged");
        assertEquals("PUBLISH f 'never acknowledged' q1", unfinished.next().withoutId());
        sender.publish(0x34, "q/4", 7, "", "once").expect("PUBREC #7 00");
    }

    private static void check(int port) throws Exception {
        try (PacketClient sender = resumed(port, "sender");
                PacketClient unfinished = resumed(port, "unfinished");
                PacketClient late = clean(port, "late");
                PacketClient gone = at(port).connect("short", false, PacketClient.KEPT);
                PacketClient reader = resumed(port, "reader")) {
            gone.expect("CONNACK 00" + PacketClient.ANSWER);
            sender.publish(0x3C, "q/4", 7, "", "once").expect("PUBREC #7 00");
            sender.ack(0x62, 7).expect("PUBCOMP #7 00");
            Received first = unfinished.next();
            Received other = unfinished.next();
            Set<String> again = new TreeSet<>(Set.of(first.withoutId(), other.withoutId()));
            assertEquals(new TreeSet<>(Set.of("PUBREL 00", "PUBLISH f 'never acknowledged' q1 dup")), again);
            Received pubrel = first.withoutId().startsWith("PUBREL") ? first : other;
            Received publish = first.withoutId().startsWith("PUBREL") ? other : first;
            unfinished
                    .ack(0x70, pubrel.packetId())
                    .ack(0x40, publish.packetId())
                    .ping();
            late.subscribe("r/#", 0).expect("PUBLISH r/1 'kept' q0 retain").ping();
            List<String> queued = new ArrayList<>();
            List<Received> all = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                all.add(reader.next());
            }
            for (Received next : all) {
                queued.add(next.withoutId());
                if (next.withoutId().contains("' q1")) {
                    reader.ack(0x40, next.packetId());
                } else {
                    reader.ack(0x50, next.packetId());
                    reader.expect("PUBREL #" + next.packetId() + " 00").ack(0x70, next.packetId());
                }
            }
            assertEquals(
                    Set.of(
                            "PUBLISH q/1 'one' q1",
                            "PUBLISH q/2 'two' q2",
                            "PUBLISH q/4 'once' q2",
                            "PUBLISH will 'gone' q1"),
                    Set.copyOf(queued));
            assertTrue(
                    queued.indexOf("PUBLISH q/1 'one' q1") < queued.indexOf("PUBLISH q/2 'two' q2"), queued.toString());
            // Its SUBACK comes when the acknowledgements before it are on the disk, too.
            reader.subscribe("after/all", 0);
        }
    }

    @Test
    void threeNodesKeepAllInWhateverOrderTheyComeBack() throws Exception {
        try (NodeProcesses nodes = new NodeProcesses(dir, 3, 3)) {
            for (int i = 0; i < 30; i++) {
                kept(nodes.port(i % 3), "c" + i).subscribe("t/" + i + "/#", 1).disconnect();
            }
            for (int i = 0; i < 30; i++) {
                try (PacketClient publisher = clean(nodes.port((i + 1) % 3), "publisher")) {
                    publisher.publish1("t/" + i + "/1", "one").publish1("t/" + i + "/2", "two");
                    publisher.publish(0x33, "r/" + i, 9, "", "retained").expect("PUBACK #9 10");
                }
            }
            nodes.kill(0);
            nodes.kill(1);
            nodes.kill(2);
            nodes.startAgain(2, 0, 1);
            for (int i = 0; i < 30; i++) {
                try (PacketClient reader = resumed(nodes.port((i + 2) % 3), "c" + i)) {
                    reader.take("PUBLISH t/" + i + "/1 'one' q1").take("PUBLISH t/" + i + "/2 'two' q1");
                    reader.ping();
                }
            }
            for (int node = 0; node < 3; node++) {
                try (PacketClient reader = clean(nodes.port(node), "retained")) {
                    reader.subscribe("r/#", 0);
                    Set<String> found = new TreeSet<>();
                    for (int i = 0; i < 30; i++) {
                        found.add(reader.next().withoutId());
                    }
                    assertEquals(30, found.size(), found.toString());
                    reader.ping();
                }
            }
        }
    }
}
