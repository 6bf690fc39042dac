package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.lacewing.node.tls.Pki;
import io.netty.pkitesting.X509Bundle;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** The HTTP port of a whole node: its first user, TLS, and the commands that talk to it. */
class HttpPartTest {
    private static final Pattern FIRST = Pattern.compile("is 'admin', its password is in (\\S+) until");

    @TempDir
    private Path dir = Path.of("");

    private static String basic(String user, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
    }

    private HttpResponse<String> get(HttpClient client, String origin, String path, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(origin + path));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .sslContext(tls)
                .build();
    }

    /** What a node logs from its start to its stop, while somebody does something with it. */
    private interface Use {
        void of(Node node) throws Exception;
    }

    private List<String> run(Path data, Use use, String... settings) throws Exception {
        Logger logger = (Logger) LoggerFactory.getLogger(Node.class);
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        log.start();
        logger.addAppender(log);
        Level before = logger.getLevel();
        logger.setLevel(Level.INFO);
        Node node = new Node(TestNodes.config(data, settings));
        try {
            node.start();
            use.of(node);
        } finally {
            node.stop();
            logger.detachAppender(log);
            logger.setLevel(before);
        }
        return log.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
    }

    /** The files with first passwords that a log names. */
    private static List<Path> named(List<String> log) {
        List<Path> found = new ArrayList<>();
        for (String line : log) {
            Matcher matcher = FIRST.matcher(line);
            if (matcher.find()) {
                found.add(Path.of(matcher.group(1)));
            }
        }
        return found;
    }

    @Test
    void theFirstPasswordIsInAFileOfItsOwnAndOnlyItsHashElsewhere() throws Exception {
        String[] settings = {"http.host=0.0.0.0", "http.metrics=users"};
        List<String> log = run(dir, node -> {}, settings);
        Path first = dir.resolve("http.first-password");
        assertEquals(List.of(first), named(log));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(first)));
        String password = Files.readString(first).strip();
        assertEquals(20, password.length());
        assertFalse(log.toString().contains(password), "the log tells the password");
        Path file = dir.resolve("http.users");
        String kept = Files.readString(file);
        assertTrue(kept.matches("admin:\\$argon2id\\$[^:]+:administer\n"), kept);
        assertFalse(kept.contains(password));
        assertEquals("rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(file)));
        List<String> again = run(
                dir,
                node -> {
                    String origin = "http://127.0.0.1:" + node.ports().get("http");
                    try (HttpClient client = HttpClient.newHttpClient()) {
                        assertEquals(401, get(client, origin, "/metrics").statusCode());
                        HttpResponse<String> let =
                                get(client, origin, "/metrics", "Authorization", basic("admin", password));
                        assertEquals(200, let.statusCode());
                        assertTrue(
                                let.body().contains("lacewing_http_logins_total{result=\"allowed\"} 1.0"), let.body());
                        assertFalse(let.body().contains(password));
                    }
                },
                settings);
        assertEquals(List.of(), named(again));
        assertEquals(kept, Files.readString(file));
        assertEquals(password, Files.readString(first).strip());
    }

    @Test
    void theFileOfTheFirstPasswordGoesWhenThePasswordIsChanged() throws Exception {
        Path first = dir.resolve("http.first-password");
        Path users = dir.resolve("http.users");
        run(
                dir,
                node -> {
                    Passwords.put(users, "ann", "x".getBytes(StandardCharsets.UTF_8), "--role", "read");
                    awaitUsers(node, 2);
                    assertTrue(Files.exists(first), "the password of another user was set");
                    Passwords.put(users, "admin", "new".getBytes(StandardCharsets.UTF_8), "--role", "administer");
                    await(() -> !Files.exists(first), "the password is changed and the file is still there");
                },
                "http.host=0.0.0.0",
                "http.metrics=open");
        // While the node does not run, too; and whoever deletes it is not in anybody's way.
        Files.writeString(first, "old\n");
        run(dir, node -> assertFalse(Files.exists(first)), "http.host=0.0.0.0");
    }

    private void awaitUsers(Node node, int count) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            String origin = "http://127.0.0.1:" + node.ports().get("http");
            String line = "lacewing_http_users " + count;
            long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (!get(client, origin, "/metrics").body().contains(line)) {
                assertTrue(System.nanoTime() < end, "the change of the file is not taken");
            }
        }
    }

    private static void await(BooleanSupplier condition, String otherwise) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, otherwise);
            Thread.onSpinWait();
        }
    }

    @Test
    void whereNobodyElseReachesThePortThereIsNoFirstUserYet() throws Exception {
        assertEquals(List.of(), named(run(dir, node -> {})));
        assertFalse(Files.exists(dir.resolve("http.first-password")));
        assertEquals("", Files.readString(dir.resolve("http.users")));
        assertEquals(1, named(run(dir, node -> {}, "http.host=0.0.0.0")).size());
    }

    @Test
    void aConfiguredFileOfUsersMustBeThere() throws Exception {
        Path file = dir.resolve("shared");
        StartException refused = assertThrows(
                StartException.class, () -> run(dir, node -> {}, "http.users=" + file, "http.host=0.0.0.0"));
        assertTrue(
                String.valueOf(refused.getMessage()).startsWith("http.users: " + file + ": can't be read"),
                refused.getMessage());
        assertFalse(Files.exists(file));
        Path config = Files.writeString(dir.resolve("c.yaml"), "http: {users: " + file + "}\n");
        assertEquals(2, execute("check-config", config.toString()));
        Passwords.put(file, "ann", "x".getBytes(StandardCharsets.UTF_8), "--role", "read");
        assertEquals(0, execute("check-config", config.toString()));
        assertEquals(2, execute("passwd", file.toString(), "ann", "--role", "root", "--stdin"));
        assertEquals(2, execute("passwd", file.toString(), "ann", "--role", "read", "--group", "x", "--stdin"));
    }

    @Test
    void commandsReachANodeByItsCertificateAndOthersByItsAuthority() throws Exception {
        Pki pki = new Pki("Test CA");
        // Its name is not one by which the command asks.
        Pki.write(pki.sign(pki.host("broker.example.com")), dir, "own");
        Path data = dir.resolve("data");
        String[] settings = tls();
        run(
                data,
                node -> {
                    int port = node.ports().getOrDefault("http", 0);
                    assertEquals(0, status(data, port, settings), out::toString);
                    assertTrue(out.toString().contains("lease"), out::toString);
                    // Another certificate than that in the file is not trusted, whatever its authority.
                    Pki.write(pki.sign(pki.host("broker.example.com")), dir, "other");
                    assertEquals(
                            1,
                            status(
                                    data,
                                    port,
                                    "http.tls.cert=" + dir.resolve("other.pem"),
                                    "http.tls.key=" + dir.resolve("other.key")));
                    try (HttpClient stranger = client(new Pki("Another CA").client(null))) {
                        assertThrows(
                                SSLException.class, () -> get(stranger, "https://127.0.0.1:" + port, "/health/live"));
                    }
                },
                settings);
    }

    @Test
    void aNewCertificateIsTakenAndItsEndIsShown() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost")), dir, "own");
        try (HttpClient client = client(pki.client(null))) {
            run(
                    dir.resolve("data"),
                    node -> {
                        String origin = "https://localhost:" + node.ports().get("http");
                        HttpResponse<String> metrics = get(client, origin, "/metrics");
                        assertEquals(200, metrics.statusCode());
                        assertEquals(
                                "max-age=31536000",
                                metrics.headers()
                                        .firstValue("strict-transport-security")
                                        .orElse(""));
                        assertTrue(
                                metrics.body()
                                        .contains(
                                                "lacewing_tls_certificate_expiry_seconds{certificate=\"0\",listener=\"http\"}"),
                                metrics.body());
                        X509Bundle next = pki.sign(pki.host("localhost"));
                        Pki.write(next, dir, "own");
                        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
                        boolean taken = false;
                        while (!taken && System.nanoTime() < end) {
                            try (HttpClient fresh = client(pki.client(null))) {
                                taken = get(fresh, origin, "/health/live")
                                        .sslSession()
                                        .orElseThrow()
                                        .getPeerCertificates()[0]
                                        .equals(next.getCertificate());
                            }
                        }
                        assertTrue(taken, "the new certificate is not shown");
                    },
                    tls());
        }
    }

    @Test
    void withClientCaAPasswordNeedsACertificateAndTheTokenNone() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost")), dir, "own");
        Files.writeString(dir.resolve("ca.pem"), pki.pem());
        Path users = dir.resolve("users");
        Passwords.put(users, "ann", "secret".getBytes(StandardCharsets.UTF_8), "--role", "read");
        String[] settings =
                tls("http.tls.clientCa=" + dir.resolve("ca.pem"), "http.users=" + users, "http.metrics=users");
        Path data = dir.resolve("data");
        run(
                data,
                node -> {
                    int port = node.ports().getOrDefault("http", 0);
                    String origin = "https://localhost:" + port;
                    String[] ann = {"Authorization", basic("ann", "secret")};
                    try (HttpClient without = client(pki.client(null));
                            HttpClient with = client(pki.client(pki.sign(pki.subject("ann"))))) {
                        assertEquals(403, get(without, origin, "/metrics", ann).statusCode());
                        assertEquals(200, get(without, origin, "/health/live").statusCode());
                        assertEquals(200, get(with, origin, "/metrics", ann).statusCode());
                        assertEquals(401, get(with, origin, "/metrics").statusCode());
                    }
                    Pki other = new Pki("Another CA");
                    // The server names the authority, so a client with a certificate of another shows none.
                    try (HttpClient foreign = client(pki.client(other.sign(other.subject("ann"))))) {
                        assertEquals(403, get(foreign, origin, "/metrics", ann).statusCode());
                    }
                    assertEquals(0, status(data, port, settings), out::toString);
                },
                settings);
    }

    @Test
    void damagedFilesOfTlsAreFoundBeforeAnythingStarts() throws Exception {
        Path config = Files.writeString(
                dir.resolve("c.yaml"),
                "http: {tls: {cert: " + dir.resolve("own.pem") + ", key: " + dir.resolve("own.key") + "}}\n");
        assertEquals(2, execute("check-config", config.toString()));
        assertTrue(out.toString().contains("http.tls.cert = " + dir.resolve("own.pem")), out::toString);
        StartException refused = assertThrows(StartException.class, () -> run(dir.resolve("data"), node -> {}, tls()));
        assertTrue(String.valueOf(refused.getMessage()).startsWith("http.tls.cert"), refused.getMessage());
    }

    private String[] tls(String... more) {
        List<String> all = new ArrayList<>(
                List.of("http.tls.cert=" + dir.resolve("own.pem"), "http.tls.key=" + dir.resolve("own.key")));
        all.addAll(List.of(more));
        return all.toArray(new String[0]);
    }

    private final StringWriter out = new StringWriter();

    private int status(Path data, int port, String... settings) {
        List<String> args = new ArrayList<>(List.of(
                "status",
                "--set",
                "persistence.dir=" + data,
                "--set",
                "http.host=127.0.0.1",
                "--set",
                "http.port=" + port));
        for (String setting : settings) {
            args.add("--set");
            args.add(setting);
        }
        return execute(args.toArray(new String[0]));
    }

    private int execute(String... args) {
        CommandLine command = Main.commandLine();
        out.getBuffer().setLength(0);
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(out, true));
        return command.execute(args);
    }
}
