package io.lacewing.node.http;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;

/** Reads what an operator sends. */
final class JsonBody {
    static final int MAX = 4_096;

    private JsonBody() {}

    /** The body of a paused request; failed with {@link Refused} if it is too long, or no object. */
    static Future<JsonObject> read(HttpServerRequest request) {
        Promise<Buffer> whole = Promise.promise();
        Buffer body = Buffer.buffer();
        request.handler(part -> {
            if (body.length() + part.length() > MAX) {
                whole.tryFail(new Refused(413, "the body is longer than " + MAX + " bytes"));
            } else {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(gone -> whole.tryFail(new Refused(400, "the body has not come whole")));
        request.endHandler(end -> whole.tryComplete(body));
        request.resume();
        return whole.future().map(JsonBody::parse);
    }

    private static JsonObject parse(Buffer body) {
        try {
            return new JsonObject(body);
        } catch (DecodeException e) {
            throw new Refused(400, "the body is no JSON object");
        }
    }
}
