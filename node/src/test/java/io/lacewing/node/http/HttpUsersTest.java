package io.lacewing.node.http;

import static io.lacewing.node.http.HttpFixture.basic;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.Passwords;
import io.lacewing.node.files.FileException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who the users are: the file, what becomes of changes, and the requests that change it. */
class HttpUsersTest {
    private static final String ADMIN = basic("administerer", "administer-password");

    @TempDir
    private Path dir = Path.of("");

    private HttpFixture start() throws Exception {
        return HttpFixture.ofUsers(HttpFixture.threeUsers(dir.resolve("users")));
    }

    private static int reads(HttpFixture http, String user, String password) {
        try {
            return http.get("/metrics", "Authorization", basic(user, password)).statusCode();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(String what, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            assertTrue(System.nanoTime() < end, what);
            TimeUnit.MILLISECONDS.sleep(50);
        }
    }

    /** Also a password that is remembered from a request just before ends with its line. */
    @Test
    void aChangedFileIsTaken() throws Exception {
        try (HttpFixture http = start()) {
            assertEquals(200, reads(http, "reader", "read-password"));
            Passwords.put(dir.resolve("users"), "reader", "another".getBytes(StandardCharsets.UTF_8), "--role", "read");
            await("the old password still works", () -> reads(http, "reader", "read-password") != 200);
            assertEquals(200, reads(http, "reader", "another"));
            Files.writeString(dir.resolve("users"), "reader:x:read\n");
            await("the damaged file is not counted", () -> http.gate.rejectedFiles() == 1);
            assertEquals(200, reads(http, "reader", "another"));
        }
    }

    @Test
    void aFileWithWhatIsNoRoleIsRefused() throws Exception {
        Path file = dir.resolve("users");
        Passwords.put(file, "ann", "x".getBytes(StandardCharsets.UTF_8), "--group", "sensors");
        FileException refused = assertThrows(FileException.class, () -> AdminUsers.check(file));
        assertEquals(
                file + ": user 'ann' has the role 'sensors', which must be read, operate or administer",
                refused.getMessage());
        Passwords.put(file, "ann", "x".getBytes(StandardCharsets.UTF_8), "--group=");
        refused = assertThrows(FileException.class, () -> AdminUsers.check(file));
        assertEquals(
                file + ": user 'ann' has no role; it must be read, operate or administer, behind the hash and a ':'",
                refused.getMessage());
        refused = assertThrows(FileException.class, () -> AdminUsers.check(dir.resolve("none")));
        assertTrue(
                String.valueOf(refused.getMessage()).contains("lacewing passwd --role administer"),
                refused.getMessage());
    }

    @Test
    void usersAreListedAddedChangedAndRemovedAtOnce() throws Exception {
        try (HttpFixture http = start()) {
            assertEquals(
                    200,
                    change(
                                    http,
                                    new JsonObject()
                                            .put("user", "carl")
                                            .put("role", "read")
                                            .put("password", "carls-password"))
                            .statusCode());
            assertEquals(200, reads(http, "carl", "carls-password"));
            HttpResponse<String> list = http.get("/admin/users", "Authorization", ADMIN);
            JsonArray users = new JsonObject(list.body()).getJsonArray("users");
            assertEquals(4, users.size());
            assertEquals(new JsonObject().put("user", "carl").put("role", "read"), users.getJsonObject(3));
            assertFalse(list.body().contains("argon2"), list.body());
            assertEquals(
                    200,
                    change(http, new JsonObject().put("user", "carl").put("remove", true))
                            .statusCode());
            assertEquals(401, reads(http, "carl", "carls-password"));
            assertEquals(
                    404,
                    change(http, new JsonObject().put("user", "carl").put("remove", true))
                            .statusCode());
            assertEquals(
                    List.of(
                            "the user 'carl' of the HTTP port has a new password and the role read, by 'administerer'",
                            "the user 'carl' of the HTTP port is removed, by 'administerer'"),
                    http.told.stream()
                            .filter(line -> !line.startsWith("refused"))
                            .toList());
        }
    }

    @Test
    void whoIsRefusedIsTold() throws Exception {
        try (HttpFixture http = start()) {
            assertEquals(401, http.get("/admin/users").statusCode());
            assertEquals(List.of(), http.told);
            assertEquals(401, reads(http, "reader", "wrong-password"));
            http.get("/admin/users", "Authorization", basic("reader", "read-password"));
            assertEquals(2, http.told.size());
            assertTrue(http.told
                    .getFirst()
                    .matches("refused at the HTTP port \\(401\\): 127\\.0\\.0\\.1:\\d+, user 'reader'"));
            assertTrue(http.told.getLast().startsWith("refused at the HTTP port (403): "));
            assertFalse(http.told.toString().contains("password"), http.told.toString());
        }
    }

    @Test
    void whatCanNotBeAUserIsRefused() throws Exception {
        try (HttpFixture http = start()) {
            String before = Files.readString(dir.resolve("users"));
            JsonObject good =
                    new JsonObject().put("user", "carl").put("role", "read").put("password", "p");
            for (JsonObject wrong : List.of(
                    good.copy().put("user", 5),
                    good.copy().put("user", "a:b"),
                    good.copy().put("user", "a\nb"),
                    good.copy().put("role", "root"),
                    good.copy().put("password", ""),
                    new JsonObject())) {
                assertEquals(400, change(http, wrong).statusCode(), wrong::encode);
            }
            assertEquals(before, Files.readString(dir.resolve("users")));
        }
    }

    private static HttpResponse<String> change(HttpFixture http, JsonObject body) throws Exception {
        return http.post("/admin/users", ADMIN, body.encode());
    }
}
