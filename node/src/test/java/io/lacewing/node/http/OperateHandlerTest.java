package io.lacewing.node.http;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.Input.Order;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OperateHandlerTest {
    private static final String BEARER = "Bearer " + HttpFixture.TOKEN;

    @TempDir
    private Path dir = Path.of("");

    private HttpFixture start() throws Exception {
        return HttpFixture.ofUsers(dir.resolve("users"));
    }

    @Test
    void ordersAreCarriedOutAndAnswered() throws Exception {
        try (HttpFixture http = start().operating()) {
            HttpResponse<String> answer = http.post(OperateHandler.PATH, BEARER, "{\"order\":\"status\"}");
            assertEquals(200, answer.statusCode());
            assertEquals(new JsonArray(List.of("one", "two")), new JsonObject(answer.body()).getJsonArray("lines"));
            assertEquals(
                    200,
                    http.post(OperateHandler.PATH, BEARER, "{\"order\":\"recover\"}")
                            .statusCode());
            assertEquals(
                    200,
                    http.post(OperateHandler.PATH, BEARER, "{\"order\":\"forget-node\",\"node\":\"n3\"}")
                            .statusCode());
            assertEquals(
                    List.of(new Order.Status(), new Order.RecoverByForce(), new Order.ForgetNode("n3")),
                    List.copyOf(http.orders));
            assertEquals(
                    List.of(
                            "order recover by 'a command on this machine'",
                            "order forget-node 'n3' by 'a command on this machine'"),
                    http.told);
        }
    }

    @Test
    void whatFailsIsTold() throws Exception {
        try (HttpFixture http = start().operating(order -> Future.failedFuture("no"))) {
            assertRefused(503, http.post(OperateHandler.PATH, BEARER, "{\"order\":\"recover\"}"));
            assertEquals(List.of("order recover by 'a command on this machine' failed"), http.told);
        }
    }

    @Test
    void aUserOrdersInTheirOwnName() throws Exception {
        try (HttpFixture http = HttpFixture.ofUsers(HttpFixture.threeUsers(dir.resolve("users")))) {
            OperateHandler handler = new OperateHandler(order -> Future.succeededFuture(List.of()), http.told::add);
            handler.also("whoami", body -> Future.succeededFuture(List.of(body.getString("by"))));
            http.endpoint.operators(handler);
            String order = "{\"order\":\"whoami\",\"by\":\"root\"}";
            String user = HttpFixture.basic("operateer", "operate-password");
            assertEquals(
                    "{\"lines\":[\"operateer\"]}",
                    http.post(OperateHandler.PATH, user, order).body());
            assertEquals(
                    "{\"lines\":[\"root\"]}",
                    http.post(OperateHandler.PATH, BEARER, order).body());
            http.post(OperateHandler.PATH, user, "{\"order\":\"recover\"}");
            assertEquals(List.of("order recover by 'operateer'"), http.told);
        }
    }

    @Test
    void whoDoesNotKnowTheTokenIsRefused() throws Exception {
        try (HttpFixture http = start().operating()) {
            for (String wrong : List.of("x", "0123456789abcdeF", HttpFixture.TOKEN + "0", "0")) {
                assertRefused(401, http.post(OperateHandler.PATH, "Bearer " + wrong, "{\"order\":\"recover\"}"));
            }
            assertRefused(401, http.post(OperateHandler.PATH, "", "{\"order\":\"recover\"}"));
            assertEquals(List.of(), List.copyOf(http.orders));
        }
    }

    @Test
    void whatIsNoOrderIsRefused() throws Exception {
        try (HttpFixture http = start().operating()) {
            for (String wrong :
                    List.of("", "[]", "{}", "{\"order\":\"halt\"}", "{\"order\":\"forget-node\"}", "{\"order\":5}")) {
                assertRefused(400, http.post(OperateHandler.PATH, BEARER, wrong));
            }
            assertRefused(413, http.post(OperateHandler.PATH, BEARER, "{\"order\":\"" + "x".repeat(10_000) + "\"}"));
            HttpResponse<String> got =
                    http.send(http.request(OperateHandler.PATH).GET());
            assertRefused(405, got);
            assertEquals("POST", got.headers().firstValue("allow").orElse(""));
            assertEquals("only POST is allowed here", new JsonObject(got.body()).getString("error"));
            HttpRequest.Builder deleted = http.request("/admin/users").DELETE();
            assertEquals(
                    "only GET, HEAD and POST are allowed here",
                    new JsonObject(http.send(deleted).body()).getString("error"));
            assertEquals(List.of(), List.copyOf(http.orders));
        }
    }

    @Test
    void beforeThereIsACoreTheNodeIsStarting() throws Exception {
        try (HttpFixture http = start()) {
            assertRefused(503, http.post(OperateHandler.PATH, BEARER, "{\"order\":\"status\"}"));
            assertRefused(503, http.get("/admin/status", "Authorization", BEARER));
        }
    }

    @Test
    void aCoreThatHasStoppedIsAnError() throws Exception {
        try (HttpFixture http = start().operating(order -> Future.failedFuture("the core has stopped"))) {
            HttpResponse<String> answer = http.post(OperateHandler.PATH, BEARER, "{\"order\":\"status\"}");
            assertEquals(503, answer.statusCode());
            assertEquals(
                    "the node can't answer: the core has stopped", new JsonObject(answer.body()).getString("error"));
        }
    }

    private static void assertRefused(int status, HttpResponse<String> answer) {
        assertEquals(status, answer.statusCode(), answer.body());
        assertTrue(new JsonObject(answer.body()).containsKey("error"));
    }
}
