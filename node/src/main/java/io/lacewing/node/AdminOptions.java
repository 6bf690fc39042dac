package io.lacewing.node;

import io.lacewing.node.config.HttpConfig;
import io.lacewing.node.config.HttpTlsConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.http.OperateHandler;
import io.lacewing.node.tls.PinnedCertificate;
import io.lacewing.node.tls.TlsException;
import io.lacewing.node.tls.TlsNames;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;

/** How a command reaches the node that runs on this machine: by the options with which that was started. */
final class AdminOptions {
    private static final Duration CONNECT = Duration.ofSeconds(5);
    private static final Duration ANSWER = Duration.ofSeconds(20);

    @Mixin
    private ConfigOptions options = new ConfigOptions();

    /**
     * Has the node carry out an order and returns its answer, line by line.
     *
     * @throws StartException if there is no such node, or it refuses; the message says what to do
     */
    List<String> ask(JsonObject order) throws StartException, InterruptedException {
        NodeConfig config = options.load();
        HttpConfig http = config.monitoring().http();
        if (!http.enabled()) {
            throw StartException.configuration(
                    "http.enabled is false: this command talks to the node by HTTP; start the node with it", null);
        }
        if (http.port() == 0) {
            throw StartException.configuration(
                    "http.port is 0: give the port that the node took, as --set http.port=N; its log names it", null);
        }
        String token = AdminToken.read(config.persistence().dir());
        URI uri = URI.create((http.tls() == null ? "http://" : "https://") + host(http.host()) + ":" + http.port()
                + OperateHandler.PATH);
        HttpRequest request = HttpRequest.newBuilder(uri)
                .timeout(ANSWER)
                .header("Authorization", "Bearer " + token)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(order.encode()))
                .build();
        try (HttpClient client = client(http.tls())) {
            return lines(client.send(request, HttpResponse.BodyHandlers.ofString()), uri);
        } catch (IOException e) {
            throw StartException.failure(
                    "no node answers at " + uri.getAuthority() + " (" + reason(e)
                            + "); is it running, and with this http.host and http.port?",
                    e);
        }
    }

    /** What the node shows is in the file that it shows: nothing else is trusted. */
    private static HttpClient client(@Nullable HttpTlsConfig tls) throws StartException {
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT);
        if (tls != null) {
            try {
                client.sslContext(PinnedCertificate.context(tls.cert(), new TlsNames.Http()));
            } catch (TlsException e) {
                throw StartException.configuration(String.valueOf(e.getMessage()), e);
            }
        }
        return client.build();
    }

    private static String reason(IOException e) {
        return e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    }

    /** An address that reaches what listens on this one. */
    private static String host(String bound) {
        return switch (bound) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "[::1]";
            default -> bound.indexOf(':') < 0 ? bound : "[" + bound + "]";
        };
    }

    private static List<String> lines(HttpResponse<String> response, URI uri) throws StartException {
        JsonObject body;
        try {
            body = new JsonObject(response.body());
        } catch (DecodeException e) {
            throw StartException.failure("what answers at " + uri.getAuthority() + " is no node of Lacewing", e);
        }
        if (response.statusCode() != 200) {
            String hint = response.statusCode() == 401
                    ? "; give persistence.dir and http.port as they were given at its start"
                    : "";
            throw StartException.failure(
                    "the node at " + uri.getAuthority() + " refuses: " + body.getString("error") + hint, null);
        }
        List<String> lines = new ArrayList<>();
        JsonArray given = body.getJsonArray("lines", new JsonArray());
        for (int i = 0; i < given.size(); i++) {
            lines.add(given.getString(i));
        }
        return lines;
    }
}
