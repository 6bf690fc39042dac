package io.lacewing.node.auth.http;

import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.auth.Credentials;
import io.lacewing.node.auth.PeerCertificate;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.auth.remote.Fetch;
import io.lacewing.node.auth.remote.OtherSystem;
import io.lacewing.node.auth.remote.Question;
import io.lacewing.node.auth.remote.UnfitException;
import io.lacewing.node.config.BodyFormat;
import io.lacewing.node.config.HttpAuthConfig;
import io.lacewing.node.files.FileException;
import io.lacewing.node.files.SmallFile;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.net.PemTrustOptions;
import java.net.URLEncoder;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Asks a service by POST. Thread-safe. */
public final class HttpSystem implements OtherSystem {
    /** Of an answer: 256 rules with long topics fit. */
    static final int MAX_BYTES = 1 << 16;

    private static final int IDLE_SECONDS = 10;

    private record Header(String name, String value) {}

    private final HttpAuthConfig config;
    private final List<Header> headers;
    private final HttpClient client;

    private HttpSystem(HttpAuthConfig config, List<Header> headers, HttpClient client) {
        this.config = config;
        this.headers = headers;
        this.client = client;
    }

    /**
     * Reads the files. Blocks for them, and waits for no other machine.
     *
     * @throws FileException if one can't be used; names the key
     */
    public static HttpSystem open(Vertx vertx, HttpAuthConfig config) throws FileException {
        List<Header> headers = readHeaders(config);
        byte[] authorities = readAuthorities(config);
        int requests = config.remote().maxRequests();
        HttpClientOptions options = new HttpClientOptions()
                .setSsl(config.url().getScheme().equals("https"))
                .setConnectTimeout(Math.toIntExact(config.remote().timeout().toMillis()))
                .setKeepAliveTimeout(IDLE_SECONDS);
        if (authorities != null) {
            options.setTrustOptions(new PemTrustOptions().addCertValue(Buffer.buffer(authorities)));
        }
        PoolOptions pool = new PoolOptions().setHttp1MaxSize(requests).setMaxWaitQueueSize(requests);
        return new HttpSystem(config, headers, vertx.createHttpClient(options, pool));
    }

    /**
     * Looks whether {@link #open} would find what it needs. Blocks.
     *
     * @throws FileException if not
     */
    public static void check(HttpAuthConfig config) throws FileException {
        var unusedHeaders = readHeaders(config);
        var unusedAuthorities = readAuthorities(config);
    }

    private static byte @Nullable [] readAuthorities(HttpAuthConfig config) throws FileException {
        if (config.ca() == null) {
            return null;
        }
        try {
            return SmallFile.authorities(config.ca());
        } catch (FileException e) {
            throw new FileException("auth.http.ca: " + e.getMessage(), e);
        }
    }

    private static List<Header> readHeaders(HttpAuthConfig config) throws FileException {
        List<Header> headers = new ArrayList<>();
        for (int i = 0; i < config.headers().size(); i++) {
            HttpAuthConfig.Header asked = config.headers().get(i);
            if (asked.file() == null) {
                headers.add(new Header(asked.name(), String.valueOf(asked.value())));
                continue;
            }
            try {
                String value = new String(SmallFile.secret(asked.file()), StandardCharsets.ISO_8859_1);
                if (!value.chars().allMatch(c -> c >= ' ' && c < 127)) {
                    throw new FileException(asked.file() + ": holds more than printable ASCII on one line");
                }
                headers.add(new Header(asked.name(), value));
            } catch (FileException e) {
                throw new FileException(HttpAuthConfig.headerFile(i) + ": " + e.getMessage(), e);
            }
        }
        return headers;
    }

    /** A password that is no text can't be sent as such. */
    @Override
    public @Nullable Verdict withoutAsking(Credentials credentials) {
        byte[] password = credentials.password();
        return password == null || text(password) != null ? null : Verdict.WRONG;
    }

    private static @Nullable String text(byte[] bytes) {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException binary) {
            return null;
        }
    }

    @Override
    public Asked ask(Question question) {
        boolean json = config.format() == BodyFormat.JSON;
        RequestOptions request = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(config.url().toString())
                .putHeader(HttpHeaders.ACCEPT, "application/json")
                .putHeader(HttpHeaders.CONTENT_TYPE, json ? "application/json" : "application/x-www-form-urlencoded");
        headers.forEach(header -> request.putHeader(header.name(), header.value()));
        Map<String, String> fields = fields(question);
        Buffer body = Buffer.buffer(json ? new JsonObject(new LinkedHashMap<>(fields)).encode() : form(fields));
        CompletableFuture<Verdict> answer = new CompletableFuture<>();
        CompletableFuture<Void> done = new CompletableFuture<>();
        new Fetch(client, MAX_BYTES)
                .send(request, body, config.remote().timeout().toMillis())
                .onComplete(fetched -> {
                    if (fetched.succeeded()) {
                        answer(answer, fetched.result(), question.userName());
                    } else {
                        Throwable cause = fetched.cause();
                        answer.completeExceptionally(
                                cause instanceof Fetch.TooLongException
                                        ? new UnfitException(cause.getMessage())
                                        : cause);
                    }
                    done.complete(null);
                });
        return new Asked(answer, done);
    }

    private static void answer(CompletableFuture<Verdict> answer, Fetch.Answer fetched, String userName) {
        try {
            answer.complete(Answers.verdict(fetched.status(), fetched.body().getBytes(), userName, Instant.now()));
        } catch (UnfitException | RuntimeException e) {
            answer.completeExceptionally(e);
        }
    }

    /** Without what there is not. */
    private static Map<String, String> fields(Question question) {
        ClientDetails client = question.client();
        PeerCertificate certificate = client.certificate();
        byte[] password = question.password();
        Map<String, String> fields = new LinkedHashMap<>();
        fields.put("clientId", client.clientId());
        fields.put("username", question.userName());
        if (password != null) {
            fields.put("password", new String(password, StandardCharsets.UTF_8));
        }
        fields.put("address", client.remoteAddress());
        fields.put("listener", client.listener());
        if (certificate != null && certificate.commonName() != null) {
            fields.put("commonName", certificate.commonName());
        }
        return fields;
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + URLEncoder.encode(field.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
    }

    @Override
    public void close() {
        var unused = client.close();
    }
}
