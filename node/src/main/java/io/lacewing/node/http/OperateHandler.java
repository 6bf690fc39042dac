package io.lacewing.node.http;

import io.lacewing.cluster.core.Input.Order;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.SocketAddress;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Answers {@code POST /admin/operate}: what an operator wants of the running node. Only from this machine, and only for who
 * knows the token. The body is {@code {"order": "status" | "recover" | "forget-node", "node": "..."}}, or another
 * {@link #also order}; the answer {@code {"lines": [...]}}.
 */
public final class OperateHandler {
    /** Where it is served. */
    public static final String PATH = "/admin/operate";

    private static final int MAX_BODY = 4_096;
    private static final long PATIENCE_SECONDS = 10;
    private static final String SCHEME = "Bearer ";

    private final byte[] token;
    private final Function<Order, Future<List<String>>> operator;
    private final Map<String, Function<JsonObject, Future<List<String>>>> others = new HashMap<>();

    /**
     * @param token what must come in the header {@code Authorization}, behind {@code Bearer}
     * @param operator carries orders out; called on the endpoint's event loop
     */
    public OperateHandler(String token, Function<Order, Future<List<String>>> operator) {
        this.token = token.getBytes(StandardCharsets.UTF_8);
        this.operator = operator;
    }

    /**
     * Another order. Before the first request.
     *
     * @param order its name
     * @param by carries it out, by the whole body; an {@link IllegalArgumentException} says what is wrong with that
     */
    public void also(String order, Function<JsonObject, Future<List<String>>> by) {
        others.put(order, by);
    }

    /** A refusal: the status and why. */
    private static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status, String why) {
            super(why);
            this.status = status;
        }
    }

    /** Takes a request for {@link #PATH}. On the endpoint's event loop. */
    void handle(HttpServerRequest request) {
        if (!request.method().equals(HttpMethod.POST)) {
            request.response().putHeader(HttpHeaders.ALLOW, "POST");
            HttpEndpoint.error(request, 405, "only POST is allowed here");
            return;
        }
        String objection = objection(request);
        if (objection != null) {
            HttpEndpoint.error(request, 403, objection);
            return;
        }
        body(request)
                .compose(body -> operate(body).timeout(PATIENCE_SECONDS, TimeUnit.SECONDS))
                .onSuccess(
                        lines -> HttpEndpoint.json(request, 200, new JsonObject().put("lines", new JsonArray(lines))))
                .onFailure(problem -> refuse(request, problem));
    }

    private static void refuse(HttpServerRequest request, Throwable problem) {
        switch (problem) {
            case Refused refused -> HttpEndpoint.error(request, refused.status, String.valueOf(refused.getMessage()));
            case IllegalArgumentException faulty ->
                HttpEndpoint.error(request, 400, String.valueOf(faulty.getMessage()));
            case TimeoutException late ->
                HttpEndpoint.error(
                        request,
                        504,
                        "the node has not answered in " + PATIENCE_SECONDS
                                + " s; it may be waiting for the other nodes: see /health/ready");
            default -> HttpEndpoint.error(request, 503, "the node can't answer: " + problem.getMessage());
        }
    }

    private @Nullable String objection(HttpServerRequest request) {
        if (!isFromHere(request.remoteAddress(), request.localAddress())) {
            return "only from this machine";
        }
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean known = given != null
                && given.startsWith(SCHEME)
                && MessageDigest.isEqual(token, given.substring(SCHEME.length()).getBytes(StandardCharsets.UTF_8));
        return known ? null : "the token is not that of this node";
    }

    /** From a loopback address, or from the very address that is listened on, which only this machine has. */
    private static boolean isFromHere(@Nullable SocketAddress remote, @Nullable SocketAddress local) {
        if (remote == null || remote.hostAddress() == null) {
            return false;
        }
        try {
            // A literal address: nothing is looked up.
            return InetAddress.getByName(remote.hostAddress()).isLoopbackAddress()
                    || (local != null && remote.hostAddress().equals(local.hostAddress()));
        } catch (UnknownHostException noAddress) {
            return false;
        }
    }

    private static Future<Buffer> body(HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > MAX_BODY) {
                whole.tryFail(new Refused(413, "the order is longer than " + MAX_BODY + " bytes"));
            } else {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(whole::tryFail);
        request.endHandler(end -> whole.tryComplete(body));
        return whole.future();
    }

    private Future<List<String>> operate(Buffer body) {
        JsonObject asked;
        try {
            asked = new JsonObject(body);
        } catch (DecodeException e) {
            throw new Refused(400, "the body is no JSON object");
        }
        Function<JsonObject, Future<List<String>>> other = others.get(String.valueOf(asked.getValue("order")));
        return other == null ? operator.apply(order(asked)) : other.apply(asked);
    }

    private Order order(JsonObject asked) {
        Object order = asked.getValue("order");
        if ("status".equals(order)) {
            return new Order.Status();
        }
        if ("recover".equals(order)) {
            return new Order.RecoverByForce();
        }
        if ("forget-node".equals(order) && asked.getValue("node") instanceof String node) {
            return new Order.ForgetNode(node);
        }
        throw new Refused(
                400,
                "the order must be status, recover, forget-node with a node, or one of "
                        + new TreeSet<>(others.keySet()));
    }
}
