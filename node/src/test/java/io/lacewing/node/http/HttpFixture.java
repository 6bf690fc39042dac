package io.lacewing.node.http;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.node.Passwords;
import io.lacewing.node.config.HttpAccess;
import io.lacewing.node.config.HttpConfig;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * An endpoint with users, on a free port. Tests come from this machine: what only strangers meet, they meet with a header Host of
 * another name, which makes nobody local.
 */
final class HttpFixture implements AutoCloseable {
    static final String TOKEN = "0123456789abcdef";

    final Vertx vertx = Vertx.vertx();
    final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    final Readiness readiness = new Readiness();
    final Queue<Order> orders = new ConcurrentLinkedQueue<>();
    final AdminUsers users;
    final Gate gate;
    final HttpEndpoint endpoint;

    /** What the audit log hears. */
    final List<String> told = new CopyOnWriteArrayList<>();

    /** With users in a file, if there are some. */
    HttpFixture(Path usersFile, HttpConfig config, Supplier<String> scrape, HttpConnections.Times times)
            throws Exception {
        this(usersFile, config, scrape, times, System::nanoTime);
    }

    private HttpFixture(
            Path usersFile, HttpConfig config, Supplier<String> scrape, HttpConnections.Times times, LongSupplier clock)
            throws Exception {
        SecureRandom random = new SecureRandom();
        users = AdminUsers.open(usersFile, true, random);
        gate = new Gate(config, TOKEN, users, random, clock);
        endpoint = new HttpEndpoint(
                vertx,
                config,
                null,
                new HttpEndpoint.Content(
                        gate,
                        users,
                        readiness,
                        new HttpEndpoint.Scrape(scrape, "text/plain; charset=utf-8"),
                        told::add),
                times);
        await(endpoint.start());
    }

    /** Where all but health is for users alone. */
    static HttpFixture ofUsers(Path usersFile) throws Exception {
        return new HttpFixture(
                usersFile, config("127.0.0.1", HttpAccess.USERS), () -> "m 1\n", HttpConnections.Times.USUAL);
    }

    /** The same where no time passes for passwords, however slow the machine is: no attempt is given back. */
    static HttpFixture ofUsersAtOneMoment(Path usersFile) throws Exception {
        return new HttpFixture(
                usersFile, config("127.0.0.1", HttpAccess.USERS), () -> "m 1\n", HttpConnections.Times.USUAL, () -> 1);
    }

    static HttpConfig config(String host, HttpAccess metrics) {
        return new HttpConfig(true, host, 0, HttpAccess.OPEN, metrics, null, null);
    }

    /** A file with the user "reader" alone: to make one costs as much as to check a password. */
    static Path reader(Path file) {
        Passwords.put(file, "reader", "read-password".getBytes(StandardCharsets.UTF_8), "--role", "read");
        return file;
    }

    /** A file with a user for each role, whose password is the role with "-password" behind it. */
    static Path threeUsers(Path file) {
        for (String role : List.of("read", "operate", "administer")) {
            Passwords.put(file, role + "er", (role + "-password").getBytes(StandardCharsets.UTF_8), "--role", role);
        }
        return file;
    }

    static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    /** Takes orders; the answer has two lines. */
    HttpFixture operating() {
        return operating(order -> Future.succeededFuture(List.of("one", "two")));
    }

    HttpFixture operating(Function<Order, Future<List<String>>> operator) {
        endpoint.operators(new OperateHandler(
                order -> {
                    orders.add(order);
                    return operator.apply(order);
                },
                told::add));
        return this;
    }

    int port() {
        return endpoint.port();
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path));
    }

    HttpResponse<String> get(String path, String... headers) throws Exception {
        HttpRequest.Builder request = request(path);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    /** Without any header Authorization if that is empty. */
    HttpResponse<String> post(String path, String authorization, String body, String... headers) throws Exception {
        HttpRequest.Builder request = request(path)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body));
        if (!authorization.isEmpty()) {
            request.header("Authorization", authorization);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        return send(request);
    }

    HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    /** An address of this machine: {@code 127.0.0.last}. */
    static InetAddress address(int last) throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, (byte) last});
    }

    /** A client at {@link #address}. */
    static HttpClient clientAt(int last) throws IOException {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .localAddress(address(last))
                .build();
    }

    static <T> void await(Future<T> future) throws Exception {
        future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
    }

    @Override
    public void close() {
        client.close();
        gate.close();
        users.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }
}
