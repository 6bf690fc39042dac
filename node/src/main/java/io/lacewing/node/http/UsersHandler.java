package io.lacewing.node.http;

import io.lacewing.node.audit.Shown;
import io.lacewing.node.files.FileException;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.function.Consumer;

/**
 * The users of the HTTP port, for those who administer them: {@code GET /admin/users} lists them, {@code POST /admin/users} adds
 * or changes one ({@code {"user": "...", "role": "...", "password": "..."}}) or takes one away
 * ({@code {"user": "...", "remove": true}}). On the endpoint's event loop; the file is changed on a worker thread.
 */
final class UsersHandler {
    static final String PATH = "/admin/users";

    private final Vertx vertx;
    private final AdminUsers users;
    private final Consumer<String> told;

    /**
     * Makes it.
     *
     * @param told hears of each change, in words; on a worker thread
     */
    UsersHandler(Vertx vertx, AdminUsers users, Consumer<String> told) {
        this.vertx = vertx;
        this.users = users;
        this.told = told;
    }

    JsonObject list() {
        JsonArray list = new JsonArray();
        users.roles()
                .forEach((name, role) ->
                        list.add(new JsonObject().put("user", name).put("role", role.word())));
        return new JsonObject().put("users", list);
    }

    /** Changes what the body says; failed with {@link Refused} if that can't be. */
    Future<JsonObject> change(Caller caller, JsonObject body) {
        if (!(body.getValue("user") instanceof String name)) {
            return Future.failedFuture(new Refused(400, "user must be the name of a user"));
        }
        if (Boolean.TRUE.equals(body.getValue("remove"))) {
            return blocking(() -> remove(caller, name));
        }
        AdminRole role = body.getValue("role") instanceof String word ? AdminRole.named(word) : null;
        if (role == null) {
            return Future.failedFuture(
                    new Refused(400, "role must be " + AdminRole.ALLOWED + ", or remove must be true"));
        }
        if (!(body.getValue("password") instanceof String password) || password.isEmpty()) {
            return Future.failedFuture(new Refused(400, "password must be the password of the user"));
        }
        return blocking(() -> put(caller, name, role, password));
    }

    private Future<JsonObject> blocking(Callable<JsonObject> change) {
        return vertx.executeBlocking(change, false).map(Objects::requireNonNull);
    }

    private JsonObject put(Caller caller, String name, AdminRole role, String password) {
        try {
            users.put(name, role, password.getBytes(StandardCharsets.UTF_8));
        } catch (IllegalArgumentException e) {
            throw new Refused(400, String.valueOf(e.getMessage()));
        } catch (FileException e) {
            throw new Refused(503, String.valueOf(e.getMessage()));
        }
        told.accept("the user " + Shown.of(name) + " of the HTTP port has a new password and the role " + role.word()
                + ", by " + Shown.of(caller.name()));
        return new JsonObject().put("user", name).put("role", role.word());
    }

    private JsonObject remove(Caller caller, String name) {
        boolean was;
        try {
            was = users.remove(name);
        } catch (FileException e) {
            throw new Refused(503, String.valueOf(e.getMessage()));
        }
        if (!was) {
            throw new Refused(404, "there is no such user");
        }
        told.accept("the user " + Shown.of(name) + " of the HTTP port is removed, by " + Shown.of(caller.name()));
        return new JsonObject().put("user", name).put("removed", true);
    }
}
