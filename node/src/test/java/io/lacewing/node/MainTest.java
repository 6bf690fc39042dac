package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.tls.Pki;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The commands that end at once; {@code .ci/checks/10-launcher.sh} has those that run on. */
class MainTest {
    @TempDir
    private Path dir = Path.of("");

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @Test
    void versionIsPrinted() {
        assertEquals(0, run("version"));
        assertTrue(out.toString().matches("Lacewing [0-9].* on Java [0-9].*\\R"), out.toString());
    }

    @Test
    void helpNamesTheCommands() {
        assertEquals(0, run("--help"));
        for (String command : new String[] {"start", "demo", "check-config", "version"}) {
            assertTrue(out.toString().contains("\n  " + command), command);
        }
    }

    @Test
    void aGoodFileIsFoundGoodAndABadOneIsOneLineAndExitCode2() throws IOException {
        Path good = Files.writeString(dir.resolve("good.yaml"), "http: {host: 127.0.0.1}\n");
        Path bad = Files.writeString(dir.resolve("bad.yaml"), "http: {prot: 0}\n");
        assertEquals(0, run("check-config", good.toString()));
        assertEquals(good + ": no problems found", out.toString().strip());
        assertEquals(2, run("check-config", bad.toString()));
        assertEquals(
                "lacewing: " + bad + ":1:8: unknown key http.prot; did you mean http.port?",
                err.toString().strip());
    }

    @Test
    void aPasswordFileIsCheckedToo() throws IOException {
        Path passwords = Files.writeString(dir.resolve("passwords"), "# none yet\n");
        Path file = Files.writeString(dir.resolve("c.yaml"), "auth: {passwordFile: " + passwords + "}\n");
        assertEquals(0, run("check-config", file.toString()));
        err.getBuffer().setLength(0);
        Files.writeString(passwords, "ann\n");
        assertEquals(2, run("check-config", file.toString()));
        assertEquals(
                "lacewing: auth.passwordFile: " + passwords + ":1: must be user:hash or user:hash:group,group",
                err.toString().strip());
    }

    @Test
    void whatIsWeakIsWarnedOfAndAnErrorIfOneWants() throws IOException {
        Path passwords = Files.writeString(
                dir.resolve("passwords"), "ann:$2y$05$" + "abcdefghijklmnopqrstuu" + "a".repeat(31) + "\n");
        Files.setPosixFilePermissions(passwords, PosixFilePermissions.fromString("rw-r--r--"));
        Path weak = Files.writeString(
                dir.resolve("weak.yaml"),
                "auth: {passwordFile: " + passwords + ", anonymous: allow}\n"
                        + "http: {host: 0.0.0.0}\nbans: {guessing: {failures: 0}}\n"
                        + "cluster: {enabled: true, bind: 192.0.2.1, size: 1}\n"
                        + "listeners: [{}, {type: ws, host: localhost}]\n");
        assertEquals(0, run("check-config", weak.toString()));
        List<String> keys = err.toString()
                .lines()
                .map(line -> line.replaceFirst("warning: ([^:]+):.*", "$1"))
                .toList();
        assertEquals(
                List.of(
                        "listeners.0.type",
                        "auth.anonymous",
                        "auth.aclFile",
                        "bans.guessing.failures",
                        "http.host",
                        "cluster.tls",
                        "auth.passwordFile",
                        "auth.passwordFile"),
                keys,
                err.toString());
        assertTrue(err.toString().contains("1 hashes by bcrypt have a cost below 10"), err.toString());
        assertEquals(2, run("check-config", "--strict", weak.toString()));
        assertTrue(err.toString().endsWith(weak + ": has 8 warnings, and --strict is set\n"), err.toString());
        Path plain = Files.writeString(dir.resolve("plain.yaml"), "http: {host: 127.0.0.1}\n");
        assertEquals(0, run("check-config", "--strict", plain.toString()));
    }

    @Test
    void theFileOfTheAuditLogIsPartOfWhatIsChecked() throws IOException {
        Path file = Files.writeString(
                dir.resolve("audit.yaml"),
                "audit: {file: " + dir.resolve("none").resolve("audit.log") + "}\n");
        assertEquals(2, run("check-config", file.toString()));
        assertTrue(err.toString().startsWith("lacewing: audit.file: "), err.toString());
    }

    @Test
    void aRulesFileIsCheckedToo() throws IOException {
        Path rules = Files.writeString(dir.resolve("rules"), "rules: [{allow: all, topics: '#', listeners: tcp}]\n");
        Path file = Files.writeString(dir.resolve("c.yaml"), "auth: {aclFile: " + rules + ", onDenied: drop}\n");
        assertEquals(0, run("check-config", file.toString()));
        err.getBuffer().setLength(0);
        Files.writeString(rules, "rules:\n  - {allow: al, topics: '#'}\n");
        assertEquals(2, run("check-config", file.toString()));
        assertEquals(
                "lacewing: auth.aclFile: " + rules + ":2: rules.allow: 'al': must be publish, subscribe or all",
                err.toString().strip());
    }

    @Test
    void whatOtherSystemsNeedIsCheckedToo() throws IOException {
        Path secret = Files.writeString(dir.resolve("secret"), "x\n");
        String http = "http: {url: 'https://a.example/', headers: [{name: X, file: " + secret + "}]}";
        String ldap = "ldap: {url: 'ldaps://a.example', search: {base: 'ou=people', bindDn: 'cn=b', passwordFile: "
                + secret + "}}";
        String sql = "sql: {url: 'mysql://a.example/d', user: u, passwordFile: " + secret
                + ", query: 'SELECT a FROM b WHERE c = ${username}'}";
        Path file = dir.resolve("c.yaml");
        Files.writeString(file, "auth: {" + http + ", " + ldap + ", " + sql + "}\n");
        assertEquals(0, run("check-config", file.toString()), err.toString());
        checkFails(file, ldap.replace("ou=people", "people"), "auth.ldap.search.base: is no distinguished name");
        checkFails(
                file, ldap.replace("ou=people', ", "ou=people', filter: '(u=${username}))', "), "filter: is no filter");
        Files.delete(secret);
        checkFails(file, http, "auth.http.headers.0.file: " + secret + ": can't be read: there is no such file");
        checkFails(file, ldap, "auth.ldap.search.passwordFile: " + secret + ": can't be read");
        checkFails(file, sql, "auth.sql.passwordFile: " + secret + ": can't be read");
    }

    private void checkFails(Path file, String auth, String expected) throws IOException {
        err.getBuffer().setLength(0);
        Files.writeString(file, "auth: {" + auth + "}\n");
        assertEquals(2, run("check-config", file.toString()));
        assertTrue(err.toString().contains(expected), err.toString());
    }

    @Test
    void filesOfTlsArePartOfWhatIsChecked() throws Exception {
        Pki pki = new Pki("Test CA");
        Pki.write(pki.sign(pki.host("localhost").notAfter(Instant.now().minusSeconds(60))), dir, "own");
        Path file = Files.writeString(
                dir.resolve("tls.yaml"),
                "listeners: [{}, {type: tls, tls: {certificates: [{cert: " + dir.resolve("own.pem") + ", key: "
                        + dir.resolve("own.key") + "}]}}]\n");
        assertEquals(0, run("check-config", file.toString()));
        String cert = "listeners.1.tls.certificates.0.cert = " + dir.resolve("own.pem") + ": ";
        assertTrue(err.toString().startsWith("warning: " + cert + "has expired at "), err.toString());
        assertEquals(file + ": no problems found", out.toString().strip());
        Files.delete(dir.resolve("own.pem"));
        err.getBuffer().setLength(0);
        String message = "lacewing: " + cert + "can't be read: there is no such file";
        assertEquals(2, run("check-config", file.toString()));
        assertEquals(message, err.toString().strip());
    }

    @Test
    void keysForTokensArePartOfWhatIsChecked() throws Exception {
        Path key = dir.resolve("secret");
        Path file = Files.writeString(
                dir.resolve("jwt.yaml"), "auth: {jwt: {keys: [{algorithm: HS256, file: " + key + "}]}}\n");
        Files.writeString(key, "s".repeat(32));
        assertEquals(0, run("check-config", file.toString()));
        err.getBuffer().setLength(0);
        Files.writeString(key, "too short");
        assertEquals(2, run("check-config", file.toString()));
        assertEquals(
                "lacewing: auth.jwt.keys.0.file: " + key + ": has a secret of 9 bytes; HS256 needs at least 32"
                        + " (openssl rand -base64 64 > FILE)",
                err.toString().strip());
    }

    @Test
    void aWrongCommandLineIsOneLineAndExitCode2() {
        assertEquals(2, run("strat"));
        assertEquals(2, run("demo", "--nodes", "0"));
        assertEquals(2, run("demo", "--base-port", "65535"));
        assertEquals(2, run("start", "--set", "a.b=1"));
        assertEquals(4, err.toString().lines().count());
    }

    @Test
    void aWrongOptionOfACommandThatTestsABrokerIsOneLineAndExitCode2() throws IOException {
        Path unknown = Files.writeString(dir.resolve("known.txt"), "connect.secnd 5.0 | text\n");
        assertEquals(2, run("conformance", "--version", "4"));
        assertEquals(2, run("conformance", "--port", "70000"));
        assertEquals(2, run("conformance", "--parallel", "0"));
        assertEquals(2, run("conformance", "--patience", "0"));
        assertEquals(2, run("conformance", "--ws-path", "mqtt"));
        assertEquals(2, run("conformance", "--password", "secret"));
        assertEquals(2, run("conformance", "--only", "connect.second,connect.secnd"));
        assertEquals(2, run("conformance", "--known", unknown.toString()));
        assertEquals(2, run("conformance", "--known", dir.resolve("none").toString()));
        assertEquals(2, run("fuzz", "--port", "0"));
        assertEquals(2, run("fuzz", "--parallel", "0"));
        assertEquals(2, run("fuzz", "--inputs", "0"));
        assertEquals(2, run("fuzz", "--patience", "-1"));
        assertEquals(13, err.toString().lines().count());
    }

    @Test
    void aWrongOptionNamesTheCommandWhoseHelpTellsMore() {
        assertEquals(2, run("conformance", "--bogus"));
        assertEquals(
                "lacewing: Unknown option: '--bogus' (see lacewing conformance --help)",
                err.toString().strip());
    }

    private int run(String... args) {
        CommandLine command = Main.commandLine();
        command.setOut(new PrintWriter(out, true));
        command.setErr(new PrintWriter(err, true));
        return command.execute(args);
    }
}
