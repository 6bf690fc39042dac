package io.lacewing.node.clients;

import io.lacewing.node.BrokerFixture;
import io.lacewing.node.mqtt.Bytes;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Payloads that are not what their Payload Format Indicator says (3.3.2.3.2, 3.1.3.2.3). */
class PayloadFormatTest {
    private static final int CLEAN_WITH_WILL = 0x06;

    /** What a PUBLISH to topic {@code p} says behind its packet id: the indicator alone, and one of its bytes is wrong. */
    private static final String WRONG = "02 0101 41c3";

    @SuppressWarnings("NullAway.Init")
    private static BrokerFixture broker;

    @BeforeAll
    static void start() throws Exception {
        broker = BrokerFixture.start("mqtt.payloadFormatValidation=true");
    }

    @AfterAll
    static void stop() throws Exception {
        broker.close();
    }

    /** The acknowledgement says so, in its turn, and the connection goes on: 4.13.2. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void itIsRefusedInTheAcknowledgement(boolean kept) throws Exception {
        try (PacketClient watcher = PacketClient.clean(broker, "pf-w").subscribe("p", 0);
                PacketClient client = kept ? PacketClient.kept(broker, "pf-k") : PacketClient.clean(broker, "pf")) {
            client.send(0x32, "0001'p' 0001" + WRONG).expect("PUBACK #1 99");
            client.send(0x34, "0001'p' 0002" + WRONG).expect("PUBREC #2 99");
            // The packet identifier is free again.
            client.publish(0x34, "p", 2, "0101", "fine").expect("PUBREC #2 00");
            client.ack(0x62, 2).expect("PUBCOMP #2 00");
            watcher.expect("PUBLISH p 'fine' q0 {0101}");
            client.disconnect();
        }
    }

    /** At QoS 0 there is no acknowledgement. */
    @Test
    void atQos0ItEndsTheConnection() throws Exception {
        PacketClient.clean(broker, "pf-0").send(0x30, "0001'p'" + WRONG).expectDisconnect("99");
    }

    @Test
    void aWillOfThatKindIsRefused() throws Exception {
        PacketClient.v5(broker)
                .connect("pf-will", CLEAN_WITH_WILL, 60, "", "02 0101 0001'p' 0002 41c3")
                .expect("CONNACK 99")
                .expectClosed();
        PacketClient.v5(broker)
                .connect("pf-will", CLEAN_WITH_WILL, 60, "", "02 0101 0001'w' 0002 c3a4")
                .expect("CONNACK 00" + PacketClient.ANSWER)
                .disconnect();
    }

    /** No indicator, or 0, is for any bytes; and U+0000 is a character of a payload, though of no MQTT string. */
    @Test
    void whatIsAsItSaysPasses() throws Exception {
        try (PacketClient client = PacketClient.clean(broker, "pf-ok")) {
            client.send(0x32, "0002'ok' 0001 00 41c3").expect("PUBACK #1 10");
            client.send(0x32, "0002'ok' 0002 02 0100 41c3").expect("PUBACK #2 10");
            client.send(0x32, "0002'ok' 0003 02 0101 00 c3a4 e282ac f0908d88").expect("PUBACK #3 10");
            client.send(0x32, "0002'ok' 0004 02 0101").expect("PUBACK #4 10");
        }
    }

    @Test
    void nothingIsCheckedByDefault() throws Exception {
        try (BrokerFixture usual = BrokerFixture.start();
                PacketClient client = PacketClient.clean(usual, "pf-d").subscribe("p", 0)) {
            client.send(0x30, "0001'p'" + WRONG);
            client.expect(new Received(Bytes.packet(0x30, "0001'p'" + WRONG), true).toString());
        }
    }
}
