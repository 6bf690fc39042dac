package io.lacewing.node.mqtt;

import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;

import io.lacewing.router.Message;
import io.lacewing.router.Qos;
import io.lacewing.router.TopicName;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** One message to many receivers: what each of them gets, and how often it is encoded. */
@ExtendWith(NoLeaks.class)
class PublishEncoderTest {

    private static Message message(byte[] payload) {
        return new Message(
                TopicName.of("a"), payload, Qos.EXACTLY_ONCE, false, Message.NEVER, Bytes.of("0101"), null, 0);
    }

    @Test
    void framesAreKeptFromTheSecondUseOn() {
        Outbound outbound = new Outbound(message(new byte[10]));
        assertNull(outbound.frame(true, true, false));
        PublishEncoder.Frame frame = outbound.frame(true, true, false);
        assertNotNull(frame);
        assertSame(frame, outbound.frame(true, true, false));
        assertNull(outbound.frame(false, true, false));
    }

    @Test
    void largePayloadsAreNotCopiedIntoFrames() {
        Outbound outbound = new Outbound(message(new byte[Outbound.MAX_COPIED_PAYLOAD + 1]));
        assertNull(outbound.frame(true, true, false));
        assertNull(outbound.frame(true, true, false));
    }

    /** Every delivery is sent three times: straight, and twice from a frame; all must look the same but for the id. */
    @Test
    void everyKindOfDelivery() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Deliveries::new);
                RawClient v5 = server.client();
                RawClient v3 = server.client()) {
            v5.send(RawClient.CONNECT_V5).readPacket();
            v5.send("30 05 0001'a' 00 'x'");
            for (int i = 1; i <= 3; i++) {
                v5.expect("31 07 0001'a' 02 0101 'x'");
                v5.expect("3a 09 0001'a' 000" + i + " 02 0101 'x'");
                v5.expect("34 0e 0001'a' 000" + i + " 07 02ffffffff 0101 'x'");
                v5.expect("30 0e 0001'a' 09 0b01 0bffffff7f 0101 'x'");
            }
            v3.send(RawClient.CONNECT_V311).readPacket();
            v3.send("30 04 0001'a' 'x'");
            for (int i = 1; i <= 3; i++) {
                v3.expect("31 04 0001'a' 'x'");
                v3.expect("3a 06 0001'a' 000" + i + " 'x'");
                v3.expect("34 06 0001'a' 000" + i + " 'x'");
                v3.expect("30 04 0001'a' 'x'");
            }
        }
    }

    private static final class Deliveries extends Echo {
        Deliveries(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        public void onPublish(Publish publish) {
            Outbound outbound = new Outbound(message(new byte[] {'x'}));
            int[] none = {};
            for (int id = 1; id <= 3; id++) {
                endpoint().publish(outbound, 0, Qos.AT_MOST_ONCE, false, true, none, Publish.NO_EXPIRY);
                endpoint().publish(outbound, id, Qos.AT_LEAST_ONCE, true, false, none, Publish.NO_EXPIRY);
                endpoint().publish(outbound, id, Qos.EXACTLY_ONCE, false, false, none, 0xFFFF_FFFFL);
                endpoint()
                        .publish(
                                outbound,
                                0,
                                Qos.AT_MOST_ONCE,
                                false,
                                false,
                                new int[] {1, 268_435_455},
                                Publish.NO_EXPIRY);
            }
        }
    }

    /** A client that does not read makes its connection unwritable, and writable again when it reads on. */
    @Test
    void backPressure() throws Exception {
        try (EchoServer server = EchoServer.start(EchoServer.tcp(), Flood::new);
                RawClient client = server.client()) {
            client.send(RawClient.CONNECT_V311).readPacket();
            client.send("c0 00");
            server.expectEvent("unwritable");
            server.expectNoEvent();
            int packets = 0;
            while (client.readPacket()[0] != (byte) 0xd0) {
                packets++;
            }
            server.expectEvent("sent " + packets);
        }
    }

    /** Writes at every PINGREQ until the connection takes no more, and the PINGRESP when it does again. */
    private static final class Flood extends Echo {
        private int sent;

        Flood(EchoServer server, Endpoint endpoint) {
            super(server, endpoint);
        }

        @Override
        public void onPingreq() {
            Outbound small = new Outbound(message(new byte[1000]));
            Outbound large = new Outbound(message(new byte[10_000]));
            for (Outbound outbound : List.of(small, large)) {
                for (int i = 0; i < 1000; i++) {
                    endpoint().publish(outbound, 0, Qos.AT_MOST_ONCE, false, false, new int[0], Publish.NO_EXPIRY);
                    sent++;
                }
            }
            server().event(
                            !endpoint().isWritable() && endpoint().pendingBytes() > 11_000_000
                                    ? "unwritable"
                                    : "writable");
        }

        @Override
        public void onWritable() {
            endpoint().pingresp();
            server().event("sent " + sent);
        }
    }
}
