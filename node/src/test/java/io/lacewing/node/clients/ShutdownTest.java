package io.lacewing.node.clients;

import io.lacewing.node.BrokerFixture;
import org.junit.jupiter.api.Test;

/** What clients see when their node stops. */
class ShutdownTest {

    @Test
    void clientsAreToldThatTheServerShutsDown() throws Exception {
        try (BrokerFixture broker = BrokerFixture.start()) {
            PacketClient transientClient = PacketClient.clean(broker, "transient");
            PacketClient persistentClient = PacketClient.kept(broker, "persistent");

            broker.stop();

            transientClient.expectDisconnect("8b");
            persistentClient.expectDisconnect("8b");
        }
    }
}
