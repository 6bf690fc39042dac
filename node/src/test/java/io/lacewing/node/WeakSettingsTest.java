package io.lacewing.node;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Of systems that are asked, and of the HTTP port; what {@link MainTest} has of {@code check-config} is not repeated. */
class WeakSettingsTest {
    @TempDir
    private Path dir = Path.of("");

    private List<String> keys(String... settings) {
        return WeakSettings.of(TestNodes.config(dir, settings)).stream()
                .map(line -> line.replaceFirst(":.*", ""))
                .toList();
    }

    private Path file(String name, String permissions) throws IOException {
        Path file = Files.writeString(dir.resolve(name), "");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(permissions));
        return file;
    }

    @Test
    void namesThatOtherSystemsCheckAreNames() {
        List<String[]> systems = List.of(
                new String[] {"auth.http.url=https://auth.example.com/"},
                new String[] {"auth.ldap.url=ldaps://ldap.example.com", "auth.ldap.userDn=uid=${username},dc=x"},
                new String[] {
                    "auth.sql.url=mysql://sql.example.com/users",
                    "auth.sql.user=broker",
                    "auth.sql.passwordFile=" + dir.resolve("missing"),
                    "auth.sql.query=SELECT password_hash FROM u WHERE username = ${username}"
                });
        for (String[] system : systems) {
            List<String> settings = new ArrayList<>(List.of(system));
            settings.addAll(List.of("listeners.0.host=0.0.0.0", "bans.guessing.failures=0"));
            List<String> keys = keys(settings.toArray(new String[0]));
            assertEquals(
                    List.of("listeners.0.type", "auth.aclFile", "bans.guessing.failures"),
                    keys.subList(0, Math.min(3, keys.size())),
                    system[0]);
        }
    }

    @Test
    void secretsThatEveryUserOfTheMachineCanReadAreTold() throws IOException {
        for (String permissions : List.of("rw-r--r--", "rw-r-----")) {
            Path secret = file("secret", permissions);
            List<String> keys = keys(
                    "http.users=" + secret,
                    "http.tls.cert=" + secret,
                    "http.tls.key=" + secret,
                    "auth.http.url=https://auth.example.com/",
                    "auth.http.headers.0.name=X-From",
                    "auth.http.headers.0.value=broker",
                    "auth.http.headers.1.name=Authorization",
                    "auth.http.headers.1.file=" + secret,
                    "auth.ldap.url=ldaps://ldap.example.com",
                    "auth.ldap.search.base=dc=x",
                    "auth.ldap.search.bindDn=cn=broker,dc=x",
                    "auth.ldap.search.passwordFile=" + secret,
                    "auth.sql.url=mysql://sql.example.com/users",
                    "auth.sql.user=broker",
                    "auth.sql.passwordFile=" + secret,
                    "auth.sql.query=SELECT password_hash FROM u WHERE username = ${username}");
            List<String> all = List.of(
                    "http.users",
                    "http.tls.key",
                    "auth.http.headers.1.file",
                    "auth.ldap.search.passwordFile",
                    "auth.sql.passwordFile");
            assertEquals(permissions.equals("rw-r--r--") ? all : List.of(), keys);
            assertEquals(List.of(), keys("http.enabled=false", "http.users=" + secret));
        }
    }

    @Test
    void anHttpPortThatOthersReachNeedsTls() throws IOException {
        Path secret = file("secret", "rw-------");
        String[] tls = {"http.tls.cert=" + secret, "http.tls.key=" + secret};
        assertEquals(List.of("http.host"), keys("http.host=0.0.0.0"));
        assertEquals(List.of("http.host", "http.metrics"), keys("http.host=0.0.0.0", "http.metrics=open"));
        assertEquals(List.of(), keys("http.host=0.0.0.0", tls[0], tls[1]));
        assertEquals(List.of("http.metrics"), keys("http.host=0.0.0.0", "http.metrics=open", tls[0], tls[1]));
        assertEquals(List.of(), keys("http.metrics=open"));
        assertEquals(List.of(), keys("http.host=0.0.0.0", "http.metrics=open", "http.enabled=false"));
    }
}
