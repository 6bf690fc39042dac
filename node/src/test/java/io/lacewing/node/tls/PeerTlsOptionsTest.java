package io.lacewing.node.tls;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.config.PeerTlsConfig;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.eventbus.EventBusOptions;
import io.vertx.core.net.NetClient;
import io.vertx.core.net.NetClientOptions;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Both ends of a connection between nodes, made of the options as Vert.x makes them of those of its event bus. */
class PeerTlsOptionsTest {
    @TempDir
    private Path dir = Path.of("");

    private final Vertx vertx = Vertx.vertx();

    @AfterEach
    void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    private EventBusOptions options(String authorities, Pki signer, String name) throws Exception {
        Path own = Files.createDirectory(dir.resolve(name));
        Files.writeString(own.resolve("ca.pem"), authorities);
        Pki.write(signer.sign(signer.subject(name)), own, "own");
        PeerTlsConfig config = new PeerTlsConfig(own.resolve("own.pem"), own.resolve("own.key"), own.resolve("ca.pem"));
        EventBusOptions options = new EventBusOptions();
        PeerTls.begin(config, InstantSource.system()).secure(options);
        return options;
    }

    private String talk(EventBusOptions server, EventBusOptions client) {
        NetServer listening = vertx.createNetServer(new NetServerOptions(server.toJson()).setHost("127.0.0.1"))
                .connectHandler(socket -> socket.handler(socket::write));
        int port = await(listening.listen(0)).actualPort();
        NetClient connecting =
                vertx.createNetClient(new NetClientOptions(client.toJson()).setHostnameVerificationAlgorithm(""));
        NetSocket socket = await(connecting.connect(port, "127.0.0.1"));
        Promise<Buffer> answer = Promise.promise();
        socket.handler(answer::tryComplete).closeHandler(v -> answer.tryFail("closed"));
        socket.write("hello");
        return await(answer.future()).toString();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(30, TimeUnit.SECONDS)
                .join();
    }

    @Test
    void whoNobodyWouldTrustDoesNotStart() throws Exception {
        TlsException refusal =
                assertThrows(TlsException.class, () -> options(new Pki("Nodes").pem(), new Pki("Others"), "stranger"));
        String said = String.valueOf(refusal.getMessage());
        assertTrue(said.startsWith("cluster.tls.cert = "), said);
        assertTrue(said.contains("is not good for who trusts cluster.tls.ca"), said);
    }

    @Test
    void bothSidesLookAtTheOther() throws Exception {
        Pki nodes = new Pki("Nodes");
        Pki others = new Pki("Others");
        assertEquals("hello", talk(options(nodes.pem(), nodes, "n1"), options(nodes.pem(), nodes, "n2")));
        EventBusOptions impostor = options(nodes.pem() + others.pem(), others, "impostor");
        EventBusOptions n3 = options(nodes.pem(), nodes, "n3");
        assertThrows(CompletionException.class, () -> talk(n3, impostor), "one that connects");
        assertThrows(CompletionException.class, () -> talk(impostor, n3), "one that is connected to");
    }
}
