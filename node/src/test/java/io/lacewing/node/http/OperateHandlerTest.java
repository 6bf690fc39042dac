package io.lacewing.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.node.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperateHandlerTest {
    private static final String TOKEN = "0123456789abcdef";

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client = HttpClient.newHttpClient();
    private final Queue<Order> orders = new ConcurrentLinkedQueue<>();

    @AfterEach
    void stop() throws Exception {
        client.close();
        await(vertx.close());
    }

    private HttpEndpoint start() throws Exception {
        HttpEndpoint endpoint =
                new HttpEndpoint(vertx, new HttpConfig(true, "127.0.0.1", 0), new Readiness(), () -> "", "text/plain");
        await(endpoint.start());
        return endpoint;
    }

    private int started() throws Exception {
        HttpEndpoint endpoint = start();
        endpoint.operators(new OperateHandler(TOKEN, order -> {
            orders.add(order);
            return Future.succeededFuture(List.of("one", "two"));
        }));
        return endpoint.port();
    }

    @Test
    void ordersAreCarriedOutAndAnswered() throws Exception {
        int port = started();
        HttpResponse<String> answer = post(port, TOKEN, "{\"order\":\"status\"}");
        assertEquals(200, answer.statusCode());
        assertEquals(new JsonArray(List.of("one", "two")), new JsonObject(answer.body()).getJsonArray("lines"));
        assertEquals(200, post(port, TOKEN, "{\"order\":\"recover\"}").statusCode());
        assertEquals(
                200,
                post(port, TOKEN, "{\"order\":\"forget-node\",\"node\":\"n3\"}").statusCode());
        assertEquals(
                List.of(new Order.Status(), new Order.RecoverByForce(), new Order.ForgetNode("n3")),
                List.copyOf(orders));
    }

    @Test
    void whoDoesNotKnowTheTokenIsRefused() throws Exception {
        int port = started();
        for (String wrong : List.of("", "0123456789abcdeF", TOKEN + "0", "0")) {
            assertRefused(403, post(port, wrong, "{\"order\":\"recover\"}"));
        }
        HttpRequest without = HttpRequest.newBuilder(uri(port))
                .POST(HttpRequest.BodyPublishers.ofString("{\"order\":\"recover\"}"))
                .build();
        assertRefused(403, client.send(without, HttpResponse.BodyHandlers.ofString()));
        assertEquals(List.of(), List.copyOf(orders));
    }

    @Test
    void whatIsNoOrderIsRefused() throws Exception {
        int port = started();
        for (String wrong :
                List.of("", "[]", "{}", "{\"order\":\"halt\"}", "{\"order\":\"forget-node\"}", "{\"order\":5}")) {
            assertRefused(400, post(port, TOKEN, wrong));
        }
        assertRefused(413, post(port, TOKEN, "{\"order\":\"" + "x".repeat(10_000) + "\"}"));
        HttpRequest get = HttpRequest.newBuilder(uri(port)).build();
        assertRefused(405, client.send(get, HttpResponse.BodyHandlers.ofString()));
        assertEquals(List.of(), List.copyOf(orders));
    }

    @Test
    void beforeThereIsACoreTheNodeIsStarting() throws Exception {
        assertRefused(503, post(start().port(), TOKEN, "{\"order\":\"status\"}"));
    }

    @Test
    void aCoreThatHasStoppedIsAnError() throws Exception {
        HttpEndpoint endpoint = start();
        endpoint.operators(new OperateHandler(TOKEN, order -> Future.failedFuture("the core has stopped")));
        HttpResponse<String> answer = post(endpoint.port(), TOKEN, "{\"order\":\"status\"}");
        assertEquals(503, answer.statusCode());
        assertEquals("the node can't answer: the core has stopped", new JsonObject(answer.body()).getString("error"));
    }

    private static void assertRefused(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertEquals(true, new JsonObject(answer.body()).containsKey("error"));
    }

    private static URI uri(int port) {
        return URI.create("http://127.0.0.1:" + port + OperateHandler.PATH);
    }

    private HttpResponse<String> post(int port, String token, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(uri(port))
                .header("Authorization", "Bearer " + token)
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }

    private static <T> void await(Future<T> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }
}
