package io.lacewing.node.http;

import io.lacewing.node.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} over HTTP, and to operators on this machine
 * {@link OperateHandler#PATH}.
 *
 * <p>All requests run on one event loop, so that an answer from {@code /health/live} says that event loops turn.
 * Metrics are rendered on a worker thread; requests that come meanwhile wait for the same rendering.
 */
public final class HttpEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final String JSON = "application/json";
    private static final int IDLE_SECONDS = 60;

    private final Vertx vertx;
    private final Readiness readiness;
    private final Supplier<String> scrape;
    private final String scrapeType;
    private final HttpServer server;

    /** Null until the node has a core that could be asked. */
    private volatile @Nullable OperateHandler operate;

    /** The rendering under way; owned by the server's event loop. */
    private @Nullable Future<Buffer> rendering;

    /**
     * An endpoint that does not listen yet.
     *
     * @param readiness what {@code /health/ready} reports
     * @param scrape renders the metrics; called on a worker thread
     * @param scrapeType the content type of what {@code scrape} renders
     */
    public HttpEndpoint(
            Vertx vertx, HttpConfig config, Readiness readiness, Supplier<String> scrape, String scrapeType) {
        this.vertx = vertx;
        this.readiness = readiness;
        this.scrape = scrape;
        this.scrapeType = scrapeType;
        this.server = vertx.createHttpServer(new HttpServerOptions()
                        .setHost(config.host())
                        .setPort(config.port())
                        .setIdleTimeout(IDLE_SECONDS)
                        .setIdleTimeoutUnit(TimeUnit.SECONDS))
                .requestHandler(this::handle);
    }

    /** Starts to listen; fails with {@link java.net.BindException} if the address can't be had. */
    public Future<Void> start() {
        return server.listen().mapEmpty();
    }

    /** The port bound; only after {@link #start()} has succeeded. */
    public int port() {
        return server.actualPort();
    }

    /** Stops listening and closes the connections. */
    public Future<Void> stop() {
        return server.close();
    }

    /** From now on operators are answered by this. Any thread. */
    public void operators(OperateHandler handler) {
        operate = handler;
    }

    private void operate(HttpServerRequest request) {
        OperateHandler handler = operate;
        if (handler == null) {
            error(request, 503, "the node is starting");
        } else {
            handler.handle(request);
        }
    }

    private void handle(HttpServerRequest request) {
        String path = request.path();
        switch (path == null ? "" : path) {
            case "/health/live" -> get(request, () -> json(request, 200, new JsonObject().put("status", "live")));
            case "/health/ready" -> get(request, () -> ready(request));
            case "/metrics" -> get(request, () -> metrics(request));
            case OperateHandler.PATH -> operate(request);
            default -> error(request, 404, "nothing here; try /health/live, /health/ready or /metrics");
        }
    }

    private static void get(HttpServerRequest request, Runnable answer) {
        if (request.method().equals(HttpMethod.GET) || request.method().equals(HttpMethod.HEAD)) {
            answer.run();
        } else {
            request.response().putHeader(HttpHeaders.ALLOW, "GET, HEAD");
            error(request, 405, "only GET and HEAD are allowed here");
        }
    }

    private void ready(HttpServerRequest request) {
        Map<String, String> objections = readiness.objections();
        if (objections.isEmpty()) {
            json(request, 200, new JsonObject().put("status", "ready"));
        } else {
            JsonObject waiting = new JsonObject();
            objections.forEach(waiting::put);
            json(request, 503, new JsonObject().put("status", "not ready").put("waitingFor", waiting));
        }
    }

    private void metrics(HttpServerRequest request) {
        Future<Buffer> current = rendering;
        if (current == null) {
            current = vertx.executeBlocking(() -> Buffer.buffer(scrape.get()), false)
                    .map(Objects::requireNonNull);
            rendering = current;
            current.onComplete(done -> rendering = null);
        }
        current.onSuccess(text -> answer(request, 200, scrapeType, text)).onFailure(problem -> {
            LOG.error("metrics could not be rendered", problem);
            error(request, 500, "metrics could not be rendered; the log says why");
        });
    }

    static void error(HttpServerRequest request, int status, String message) {
        json(request, status, new JsonObject().put("error", message));
    }

    static void json(HttpServerRequest request, int status, JsonObject body) {
        answer(request, status, JSON, body.toBuffer());
    }

    private static void answer(HttpServerRequest request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response();
        if (response.closed()) {
            return;
        }
        response.setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, type)
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        Future<Void> written;
        if (request.method().equals(HttpMethod.HEAD)) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()));
            written = response.end();
        } else {
            written = response.end(body);
        }
        written.onFailure(gone -> LOG.debug("an HTTP client left before its answer", gone));
    }
}
