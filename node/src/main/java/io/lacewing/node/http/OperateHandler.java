package io.lacewing.node.http;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.node.audit.Shown;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * What an operator wants of the running node: {@code GET /admin/status}, and {@code POST /admin/operate} with
 * {@code {"order": "status" | "recover" | "forget-node", "node": "..."}}, or another {@link #also order}. The answer is
 * {@code {"lines": [...]}}.
 */
public final class OperateHandler {
    /** Where orders are taken. */
    public static final String PATH = "/admin/operate";

    static final String STATUS_PATH = "/admin/status";

    private static final long PATIENCE_SECONDS = 10;

    private final Function<Order, Future<List<String>>> operator;
    private final Consumer<String> told;
    private final Map<String, Function<JsonObject, Future<List<String>>>> others = new HashMap<>();

    /**
     * Who may order is for others to know.
     *
     * @param operator carries orders out; called on the endpoint's event loop
     * @param told hears in words what was ordered, by whom, and what became of it; not of orders that change nothing
     */
    public OperateHandler(Function<Order, Future<List<String>>> operator, Consumer<String> told) {
        this.operator = operator;
        this.told = told;
    }

    /**
     * Another order. Before the first request.
     *
     * @param order its name
     * @param by carries it out, by the whole body, where {@code by} is the user who orders it; an
     *     {@link IllegalArgumentException} says what is wrong with that. It tells of it itself
     */
    public void also(String order, Function<JsonObject, Future<List<String>>> by) {
        others.put(order, by);
    }

    /** How the node stands. On the endpoint's event loop. */
    Future<JsonObject> status() {
        return carryOut(operator.apply(new Order.Status()));
    }

    /** Carries out what the body says. On the endpoint's event loop. */
    Future<JsonObject> operate(Caller caller, JsonObject body) {
        Function<JsonObject, Future<List<String>>> other = others.get(String.valueOf(body.getValue("order")));
        if (other != null) {
            // A command on this machine says itself which of its users runs it.
            JsonObject signed = caller.isCommand() ? body : body.put("by", caller.name());
            return carryOut(Future.succeededFuture(signed).compose(other));
        }
        Order order = order(body);
        Future<JsonObject> answer = carryOut(operator.apply(order));
        if (!(order instanceof Order.Status)) {
            String what = "order " + body.getString("order")
                    + (order instanceof Order.ForgetNode(String node) ? " " + Shown.of(node) : "") + " by "
                    + Shown.of(caller.name());
            answer.onSuccess(done -> told.accept(what)).onFailure(not -> told.accept(what + " failed"));
        }
        return answer;
    }

    private static Future<JsonObject> carryOut(Future<List<String>> answer) {
        return answer.timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .map(lines -> new JsonObject().put("lines", new JsonArray(lines)))
                .recover(problem -> Future.failedFuture(refusal(problem)));
    }

    private static Refused refusal(Throwable problem) {
        return switch (problem) {
            case IllegalArgumentException faulty -> new Refused(400, String.valueOf(faulty.getMessage()));
            case TimeoutException late ->
                new Refused(
                        504,
                        "the node has not answered in " + PATIENCE_SECONDS
                                + " s; it may be waiting for the other nodes: see /health/ready");
            default -> new Refused(503, "the node can't answer: " + problem.getMessage());
        };
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
