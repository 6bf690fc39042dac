package io.lacewing.lab.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.conformance.wire.PacketType;
import io.lacewing.conformance.wire.Packets;
import io.lacewing.conformance.wire.PublishPacket;
import io.lacewing.conformance.wire.Version;
import io.lacewing.lab.client.LabClient.Plan;
import io.lacewing.lab.history.Finding.Kind;
import io.lacewing.lab.history.History;
import io.lacewing.lab.history.Judge;
import io.lacewing.lab.history.Sends;
import io.lacewing.lab.history.Sends.Manner;
import io.lacewing.lab.planted.Frame;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a careful client believes and does, against a broker that follows a script. */
class LabClientTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final History history = new History(System::nanoTime);
    private ScriptedBroker broker;
    private LabClient client;

    LabClientTest() throws IOException {
        this.broker = new ScriptedBroker();
        this.client = client("");
    }

    private LabClient client(String filter) {
        Plan plan = new Plan("client" + filter, Terms.PERSISTENT, 10, filter, 2);
        return new LabClient(history, plan, new Route(List.of(broker.address()), 0));
    }

    @BeforeEach
    void connect() throws IOException {
        client.online();
        assertFalse(broker.accept(false).cleanStart());
    }

    @AfterEach
    void end() throws IOException {
        client.close();
        broker.close();
    }

    private void publish(int qos) throws InterruptedException {
        assertTrue(client.publish("t", qos, Manner.PLAIN, () -> false));
    }

    private Sends sends() {
        return client.log().sends();
    }

    private void subscriber() throws IOException, InterruptedException {
        client.close();
        client = client("t");
        client.online();
        broker.accept(false);
        broker.grant(2);
        assertTrue(client.awaitReady(PATIENCE));
    }

    /** A message that this client is known to have published, so that it can be delivered to it. */
    private byte[] delivery(int number, int qos, int packetId) {
        while (sends().count() <= number) {
            sends().begin(history.topic("t"), qos, Manner.PLAIN);
        }
        return new PublishPacket(Version.V5, "t", client.log().index() + " " + number)
                .qos(qos, packetId)
                .toArray();
    }

    @Test
    void pubackAndPubrecAreAcknowledgements() throws Exception {
        publish(1);
        publish(2);
        int first = broker.expect(PacketType.PUBLISH).packetId();
        int second = broker.expect(PacketType.PUBLISH).packetId();
        assertNotEquals(first, second);
        broker.send(Packets.ack(PacketType.PUBACK, first));
        broker.send(Packets.ack(PacketType.PUBREC, second));
        broker.expect(PacketType.PUBREL);
        assertNotEquals(History.NEVER, sends().acknowledgedAt(0));
        assertNotEquals(History.NEVER, sends().acknowledgedAt(1));
        broker.send(Packets.ack(PacketType.PUBCOMP, second));
        assertTrue(client.awaitDrained(PATIENCE));
        assertTrue(new Judge(history).judge().clean());
    }

    @Test
    void anErrorIsNoAcknowledgementAndNothingIsSentAgain() throws Exception {
        publish(1);
        broker.send(
                Packets.ack(PacketType.PUBACK, broker.expect(PacketType.PUBLISH).packetId(), 0x97));
        assertTrue(client.awaitDrained(PATIENCE));
        assertEquals(History.NEVER, sends().acknowledgedAt(0));
        assertTrue(sends().wasRefused(0));
        broker.cut();
        broker.accept(true);
        publish(1);
        assertFalse(broker.expect(PacketType.PUBLISH).dup());
    }

    @Test
    void aSessionThatIsThereGoesOnWithWhatIsNotAnsweredInItsOrder() throws Exception {
        publish(2);
        publish(1);
        Frame released = broker.expect(PacketType.PUBLISH);
        Frame open = broker.expect(PacketType.PUBLISH);
        broker.send(Packets.ack(PacketType.PUBREC, released.packetId()));
        broker.expect(PacketType.PUBREL);
        broker.cut();
        broker.accept(true);
        assertEquals(released.packetId(), broker.expect(PacketType.PUBREL).packetId());
        Frame again = broker.expect(PacketType.PUBLISH);
        assertTrue(again.dup());
        assertEquals(open.packetId(), again.packetId());
    }

    @Test
    void aSessionThatIsNotThereIsForgotten() throws Exception {
        publish(1);
        broker.expect(PacketType.PUBLISH);
        broker.cut();
        broker.accept(false);
        publish(1);
        assertFalse(broker.expect(PacketType.PUBLISH).dup());
        assertTrue(sends().wasGivenUp(0));
        assertEquals(1, new Judge(history).judge().count(Kind.VANISHED));
    }

    @Test
    void theSubscriptionIsMadeAgainOnlyIfTheSessionIsNotThere() throws Exception {
        subscriber();
        broker.cut();
        broker.accept(true);
        broker.send(delivery(0, 1, 7));
        assertEquals(7, broker.expect(PacketType.PUBACK).packetId());
        broker.cut();
        broker.accept(false);
        broker.grant(2);
    }

    @Test
    void aQos2MessageIsPassedOnOncePerPacketIdentifierUntilItIsReleased() throws Exception {
        subscriber();
        broker.send(delivery(0, 2, 7));
        broker.expect(PacketType.PUBREC);
        broker.cut();
        broker.accept(true);
        broker.send(delivery(0, 2, 7));
        broker.expect(PacketType.PUBREC);
        assertEquals(1, client.log().deliveries().count());
        assertEquals(1, client.log().deliveries().suppressedCount());
        broker.send(Packets.ack(PacketType.PUBREL, 7));
        broker.expect(PacketType.PUBCOMP);
        broker.send(delivery(1, 2, 7));
        broker.expect(PacketType.PUBREC);
        assertEquals(2, client.log().deliveries().count());
    }

    @Test
    void whatNobodyPublishedIsInvented() throws Exception {
        subscriber();
        broker.send(new PublishPacket(Version.V5, "t", "0 12345").qos(1, 7).toArray());
        broker.expect(PacketType.PUBACK);
        assertEquals(1, new Judge(history).judge().count(Kind.INVENTED));
    }

    @Test
    void otherTermsAreAskedForAtTheNextConnect() throws Exception {
        client.offline(true);
        client.online(Terms.TRANSIENT);
        Frame connect = broker.accept(false);
        assertTrue(connect.cleanStart());
        assertTrue(connect.endsWithConnection());
    }
}
