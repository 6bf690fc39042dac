package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.node.tls.Pki;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Holds the tables in {@code docs/metrics.md} equal to what a node shows. To rewrite them: {@code mvn test -pl node -am
 * -Dtest=MetricsPageTest -Dsurefire.failIfNoSpecifiedTests=false -Dlacewing.docs.write=true}.
 */
class MetricsPageTest {
    private static final String MARK =
            "<!-- Below here the page is written by MetricsPageTest from a node's metrics. -->\n";
    private static final Path PAGE = Path.of("../docs/metrics.md");
    private static final Pattern HELP = Pattern.compile("# HELP (\\S+) (.*)");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (.*)");
    private static final Pattern LABEL = Pattern.compile("[{,]([a-z_]+)=\"([^\"]*)\"");

    @TempDir
    private Path dir = Path.of("");

    @Test
    void thePageListsTheMetricsAsTheyAre() throws Exception {
        String page = Files.readString(PAGE);
        String scrape = scrape();
        String tables =
                "\n## The broker\n\n" + table(scrape, true) + "\n## The JVM and the process\n\n" + table(scrape, false);
        String expected = page.substring(0, page.indexOf(MARK) + MARK.length()) + tables;
        if (Boolean.getBoolean("lacewing.docs.write")) {
            Files.writeString(PAGE, expected);
            return;
        }
        assertEquals(expected, page, "docs/metrics.md is not what a node shows; this class tells how to rewrite it");
    }

    /** Of a node that has all that there are metrics of. */
    private String scrape() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost")), dir, "tls");
        Files.writeString(dir.resolve("crl.pem"), pki.revoked());
        Path passwords = Files.writeString(dir.resolve("passwords"), "");
        Path rules = Files.writeString(dir.resolve("rules"), "rules: []");
        Node node = new Node(TestNodes.config(
                dir.resolve("data"),
                "auth.aclFile=" + rules,
                "auth.passwordFile=" + passwords,
                "auth.certificate.identity=cn",
                "auth.jwt.keys.0.algorithm=HS256",
                "auth.jwt.keys.0.file=" + Files.writeString(dir.resolve("secret"), "s".repeat(32)),
                "auth.http.url=https://nobody.invalid/",
                "auth.ldap.url=ldaps://nobody.invalid",
                "auth.ldap.userDn=uid=${username}",
                "auth.sql.url=postgresql://nobody.invalid/users",
                "auth.sql.user=broker",
                "auth.sql.passwordFile=" + dir.resolve("secret"),
                "auth.sql.query=SELECT password_hash FROM u WHERE name = ${username}",
                "listeners.2.type=tls",
                "listeners.2.host=127.0.0.1",
                "listeners.2.port=0",
                "listeners.2.tls.certificates.0.cert=" + dir.resolve("tls.pem"),
                "listeners.2.tls.certificates.0.key=" + dir.resolve("tls.key"),
                "listeners.2.tls.clientCa=" + dir.resolve("tls.pem"),
                "listeners.2.tls.crl.0=" + dir.resolve("crl.pem"),
                "listeners.2.tls.clientAuth=optional"));
        node.start();
        try (HttpClient client = HttpClient.newHttpClient()) {
            URI uri = URI.create("http://127.0.0.1:" + node.ports().get("http") + "/metrics");
            return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } finally {
            node.stop();
        }
    }

    private static String table(String scrape, boolean broker) {
        Map<String, String> help = new TreeMap<>();
        Map<String, String> types = new TreeMap<>();
        scrape.lines()
                .map(HELP::matcher)
                .filter(Matcher::matches)
                .forEach(line -> help.put(line.group(1), line.group(2)));
        scrape.lines()
                .map(TYPE::matcher)
                .filter(Matcher::matches)
                .forEach(line -> types.put(line.group(1), line.group(2)));
        StringBuilder text = new StringBuilder("| metric | type | labels | meaning |\n|---|---|---|---|\n");
        for (Map.Entry<String, String> metric : help.entrySet()) {
            String name = metric.getKey();
            // Collections show only after the first one: the page speaks of them in its text.
            if (name.startsWith("lacewing_") == broker && !name.startsWith("jvm_gc_")) {
                String labels = labels(scrape, name, broker && !name.equals("lacewing_node"));
                text.append(
                        "| `" + name + "` | " + types.get(name) + " | " + labels + " | " + metric.getValue() + " |\n");
            }
        }
        return text.toString();
    }

    /** The labels of a metric, with their values where these are the broker's own. */
    private static String labels(String scrape, String name, boolean withValues) {
        Map<String, TreeSet<String>> labels = new TreeMap<>();
        scrape.lines().filter(line -> line.startsWith(name + "{")).forEach(line -> {
            Matcher label = LABEL.matcher(line);
            while (label.find()) {
                labels.computeIfAbsent(label.group(1), key -> new TreeSet<>()).add(label.group(2));
            }
        });
        StringBuilder text = new StringBuilder();
        labels.forEach((label, values) -> text.append(text.isEmpty() ? "" : ", ")
                .append(withValues ? "`" + label + "`: " + String.join(", ", values) : "`" + label + "`"));
        return text.toString();
    }
}
