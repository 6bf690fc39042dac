package io.lacewing.node.http;

import io.lacewing.node.audit.Shown;
import io.lacewing.node.config.HttpAccess;
import io.lacewing.node.config.HttpConfig;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.ServerSSLOptions;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves {@code /health/live}, {@code /health/ready} and {@code /metrics} over HTTP, and to operators {@code /admin/status},
 * {@link OperateHandler#PATH} and {@code /admin/users}. Who may what, {@link Gate} decides.
 *
 * <p>All requests run on one event loop, so that an answer from {@code /health/live} says that event loops turn. Metrics are
 * rendered on a worker thread; requests that come meanwhile wait for the same rendering. HTTP 1.1 alone is spoken, and all that a
 * client can send or hold is bounded.
 */
public final class HttpEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(HttpEndpoint.class);
    private static final int MAX_LINE = 2_048;
    private static final int MAX_HEADERS = 8_192;

    /**
     * What {@code /metrics} shows.
     *
     * @param text renders the metrics; called on a worker thread
     * @param type the content type of what {@code text} renders
     */
    public record Scrape(Supplier<String> text, String type) {}

    private final Vertx vertx;
    private final HttpConfig config;
    private final Gate gate;
    private final UsersHandler users;
    private final Consumer<String> told;
    private final Readiness readiness;
    private final Scrape scrape;
    private final HttpConnections connections;
    private final HttpServer server;
    private final AtomicLong failedHandshakes = new AtomicLong();

    /** Null until the node has a core that could be asked. */
    private volatile @Nullable OperateHandler operate;

    /** The rendering under way; owned by the server's event loop. */
    private @Nullable Future<Buffer> rendering;

    /**
     * What an endpoint serves, and to whom.
     *
     * @param readiness what {@code /health/ready} reports
     * @param told hears in words how users were changed, and by whom, and who was refused that said who it is
     */
    public record Content(Gate gate, AdminUsers users, Readiness readiness, Scrape scrape, Consumer<String> told) {}

    /**
     * An endpoint that does not listen yet.
     *
     * @param tls null for HTTP without TLS
     */
    public HttpEndpoint(Vertx vertx, HttpConfig config, @Nullable ServerSSLOptions tls, Content content) {
        this(vertx, config, tls, content, HttpConnections.Times.USUAL);
    }

    HttpEndpoint(
            Vertx vertx,
            HttpConfig config,
            @Nullable ServerSSLOptions tls,
            Content content,
            HttpConnections.Times times) {
        this.vertx = vertx;
        this.config = config;
        this.gate = content.gate;
        this.users = new UsersHandler(vertx, content.users, content.told);
        this.told = content.told;
        this.readiness = content.readiness;
        this.scrape = content.scrape;
        this.connections = new HttpConnections(vertx, times);
        this.server = vertx.createHttpServer(options(config, tls))
                .connectionHandler(connections::opened)
                .exceptionHandler(broken -> {
                    failedHandshakes.incrementAndGet();
                    LOG.debug("a connection to the HTTP port failed", broken);
                })
                .invalidRequestHandler(this::invalid)
                .requestHandler(this::handle);
    }

    private static HttpServerOptions options(HttpConfig config, @Nullable ServerSSLOptions tls) {
        HttpServerOptions options = new HttpServerOptions()
                .setHost(config.host())
                .setPort(config.port())
                .setUseAlpn(false)
                .setHttp2ClearTextEnabled(false)
                .setMaxInitialLineLength(MAX_LINE)
                .setMaxHeaderSize(MAX_HEADERS);
        if (tls != null) {
            options.setSsl(true)
                    .setSslHandshakeTimeout(tls.getSslHandshakeTimeout())
                    .setSslHandshakeTimeoutUnit(tls.getSslHandshakeTimeoutUnit())
                    // The arithmetic of handshakes is not for event loops.
                    .setSslEngineOptions(new JdkSSLEngineOptions().setUseWorkerThread(true));
            options.setKeyCertOptions(tls.getKeyCertOptions());
            options.setTrustOptions(tls.getTrustOptions());
            options.setClientAuth(tls.getClientAuth());
            options.setEnabledSecureTransportProtocols(tls.getEnabledSecureTransportProtocols());
        }
        return options;
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

    /** New connections get these certificates. Any thread. */
    public Future<?> updateTls(ServerSSLOptions tls) {
        return server.updateSSLOptions(tls, true);
    }

    /** How many handshakes of TLS have failed. Any thread. */
    public long failedHandshakes() {
        return failedHandshakes.get();
    }

    /** Connections now. Any thread. */
    public long connections() {
        return connections.count();
    }

    /** Connections that were closed, as there were too many. Any thread. */
    public long refusedConnections() {
        return connections.refused();
    }

    /** From now on operators are answered by this. Any thread. */
    public void operators(OperateHandler handler) {
        operate = handler;
    }

    private void invalid(HttpServerRequest request) {
        Answers.protect(request);
        HttpServerRequest.DEFAULT_INVALID_REQUEST_HANDLER.handle(request);
    }

    private void handle(HttpServerRequest request) {
        connections.begun(request.connection());
        request.response().endHandler(done -> answered(request));
        try {
            gate.rules().check(request);
            route(request);
        } catch (Refused refused) {
            Answers.refuse(request, refused);
        }
    }

    private void answered(HttpServerRequest request) {
        if (request.response().headers().contains(HttpHeaders.CONNECTION, HttpHeaders.CLOSE, true)) {
            connections.answeredLast(request.connection());
        } else {
            connections.answered(request.connection());
        }
    }

    private void route(HttpServerRequest request) {
        String path = request.path();
        switch (path == null ? "" : path) {
            case "/health/live" -> reads(request, config.health(), () -> live(request));
            case "/health/ready" -> reads(request, config.health(), () -> ready(request));
            case "/metrics" -> reads(request, config.metrics(), () -> metrics(request));
            case OperateHandler.STATUS_PATH -> {
                methods(request, "GET, HEAD");
                answer(
                        request,
                        admit(request, AdminRole.READ)
                                .compose(caller -> operator().status()));
            }
            case OperateHandler.PATH -> {
                methods(request, "POST");
                changes(request, AdminRole.OPERATE, caller -> body -> operator().operate(caller, body));
            }
            case UsersHandler.PATH -> {
                methods(request, "GET, HEAD, POST");
                if (request.method().equals(HttpMethod.POST)) {
                    changes(request, AdminRole.ADMINISTER, caller -> body -> users.change(caller, body));
                } else {
                    answer(request, admit(request, AdminRole.ADMINISTER).map(caller -> users.list()));
                }
            }
            default ->
                throw new Refused(404, "nothing here; try /health/live, /health/ready, /metrics or /admin/status");
        }
    }

    private static void methods(HttpServerRequest request, String allowed) {
        String method = request.method().name();
        for (String each : allowed.split(", ", -1)) {
            if (each.equals(method)) {
                return;
            }
        }
        request.response().putHeader(HttpHeaders.ALLOW, allowed);
        String words = allowed.contains(", ") ? allowed.replaceFirst(", (\\w+)$", " and $1") + " are" : allowed + " is";
        throw new Refused(405, "only " + words + " allowed here");
    }

    private void reads(HttpServerRequest request, HttpAccess access, Runnable answer) {
        methods(request, "GET, HEAD");
        gate.read(request, access, context())
                .onSuccess(reader -> answer.run())
                .onFailure(problem -> refuse(request, problem));
    }

    private Future<Caller> admit(HttpServerRequest request, AdminRole needed) {
        return gate.admit(request, needed, context());
    }

    private void changes(
            HttpServerRequest request,
            AdminRole needed,
            Function<Caller, Function<JsonObject, Future<JsonObject>>> change) {
        RequestRules.checkChange(request);
        request.pause();
        answer(
                request,
                admit(request, needed).compose(caller -> JsonBody.read(request).compose(change.apply(caller))));
    }

    private OperateHandler operator() {
        OperateHandler handler = operate;
        if (handler == null) {
            throw new Refused(503, "the node is starting", 1);
        }
        return handler;
    }

    private Context context() {
        return vertx.getOrCreateContext();
    }

    private void answer(HttpServerRequest request, Future<JsonObject> answer) {
        answer.onSuccess(body -> Answers.json(request, 200, body)).onFailure(problem -> refuse(request, problem));
    }

    private void refuse(HttpServerRequest request, Throwable problem) {
        // It may have been held back until it was known who it is from.
        request.resume();
        if (problem instanceof Refused refused) {
            tellOfLogin(request, refused);
            Answers.refuse(request, refused);
        } else {
            LOG.error("a request to {} failed", request.path(), problem);
            Answers.error(request, 500, "the node failed at this; its log says why");
        }
    }

    /** Who tries to be a user and is not let in, whatever the reason; not who says nothing of who it is. */
    private void tellOfLogin(HttpServerRequest request, Refused refused) {
        String given = request.getHeader(HttpHeaders.AUTHORIZATION);
        boolean isLogin = refused.status() == 401 || refused.status() == 403 || refused.status() == 429;
        if (given == null || !isLogin) {
            return;
        }
        BasicLogin login = BasicLogin.parse(given);
        if (login != null) {
            login.clear();
        }
        told.accept("refused at the HTTP port (" + refused.status() + "): " + request.remoteAddress()
                + (login == null ? "" : ", user " + Shown.of(login.name())));
    }

    private static void live(HttpServerRequest request) {
        Answers.json(request, 200, new JsonObject().put("status", "live"));
    }

    /** That a node is not ready is for everybody who may ask; why, for this machine and for users. */
    private void ready(HttpServerRequest request) {
        Map<String, String> objections = readiness.objections();
        if (objections.isEmpty()) {
            Answers.json(request, 200, new JsonObject().put("status", "ready"));
            return;
        }
        JsonObject waiting = new JsonObject();
        objections.forEach(waiting::put);
        JsonObject answer = new JsonObject().put("status", "not ready");
        gate.read(request, HttpAccess.LOOPBACK, context())
                .onSuccess(known -> Answers.json(request, 503, answer.put("waitingFor", waiting)))
                .onFailure(stranger -> Answers.json(request, 503, answer));
    }

    private void metrics(HttpServerRequest request) {
        Future<Buffer> current = rendering;
        if (current == null) {
            current = vertx.executeBlocking(() -> Buffer.buffer(scrape.text.get()), false)
                    .map(Objects::requireNonNull);
            rendering = current;
            current.onComplete(done -> rendering = null);
        }
        current.onSuccess(text -> Answers.send(request, 200, scrape.type, text)).onFailure(problem -> {
            LOG.error("metrics could not be rendered", problem);
            Answers.error(request, 500, "metrics could not be rendered; the log says why");
        });
    }
}
