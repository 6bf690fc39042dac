package io.lacewing.node.http;

import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How requests are answered, and the headers that keep browsers from doing more with it than show it. */
final class Answers {
    static final String JSON = "application/json";

    private static final Logger LOG = LoggerFactory.getLogger(Answers.class);
    private static final String CHALLENGE = "Basic realm=\"lacewing\", charset=\"UTF-8\"";
    private static final long HSTS_SECONDS = 31_536_000;

    private Answers() {}

    static void error(HttpServerRequest request, int status, String message) {
        json(request, status, new JsonObject().put("error", message));
    }

    static void json(HttpServerRequest request, int status, JsonObject body) {
        send(request, status, JSON, body.toBuffer());
    }

    static void refuse(HttpServerRequest request, Refused refused) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        if (refused.status() == 401) {
            response.putHeader("WWW-Authenticate", CHALLENGE);
        }
        if (refused.retryAfter() > 0) {
            response.putHeader(HttpHeaders.RETRY_AFTER, Integer.toString(refused.retryAfter()));
        }
        if (mayHaveBody(request)) {
            // Nobody wants to read it.
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        error(request, refused.status(), refused.why());
    }

    private static boolean mayHaveBody(HttpServerRequest request) {
        String length = request.getHeader(HttpHeaders.CONTENT_LENGTH);
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING) || (length != null && !length.equals("0"));
    }

    static void send(HttpServerRequest request, int status, String type, Buffer body) {
        HttpServerResponse response = request.response();
        if (response.closed() || response.ended()) {
            return;
        }
        response.setStatusCode(status).putHeader(HttpHeaders.CONTENT_TYPE, type);
        protect(request);
        var written = HttpMethod.HEAD.equals(request.method())
                ? response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length()))
                        .end()
                : response.end(body);
        written.onFailure(gone -> LOG.debug("an HTTP client left before its answer", gone));
    }

    /** Puts the headers in that every answer has. */
    static void protect(HttpServerRequest request) {
        HttpServerResponse response = request.response()
                .putHeader(HttpHeaders.CACHE_CONTROL, "no-store")
                .putHeader("X-Content-Type-Options", "nosniff")
                .putHeader("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'");
        if (request.isSSL()) {
            response.putHeader("Strict-Transport-Security", "max-age=" + HSTS_SECONDS);
        }
    }
}
