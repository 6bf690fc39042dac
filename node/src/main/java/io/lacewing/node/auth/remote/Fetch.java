package io.lacewing.node.auth.remote;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.io.Serial;
import java.util.concurrent.TimeUnit;

/**
 * One request by HTTP, bounded in time and in what may come. Redirects are not followed. When it fails, or somebody completes
 * its promise, nothing more may come.
 *
 * @param maxBytes of the body of the response
 */
public record Fetch(HttpClient client, int maxBytes) {

    /**
     * What has come.
     *
     * @param status 200, or whatever it is
     */
    public record Answer(int status, Buffer body) {}

    /** More came than may. */
    public static final class TooLongException extends IOException {
        @Serial
        private static final long serialVersionUID = 1L;

        TooLongException(String message) {
            super(message);
        }
    }

    /**
     * Sends a request.
     *
     * @param body of the request; may be empty
     * @return fails with {@link TooLongException} if more comes than may, or with what has gone wrong
     */
    public Future<Answer> send(RequestOptions options, Buffer body, long millis) {
        Promise<Answer> answer = Promise.promise();
        options.setTimeout(millis).setFollowRedirects(false);
        client.request(options).onFailure(answer::tryFail).onSuccess(request -> send(request, body, answer));
        return answer.future().timeout(millis, TimeUnit.MILLISECONDS).onFailure(answer::tryFail);
    }

    private void send(HttpClientRequest request, Buffer body, Promise<Answer> answer) {
        var unusedFuture = answer.future().onFailure(problem -> request.reset());
        if (answer.future().isComplete()) {
            return;
        }
        request.send(body).onFailure(answer::tryFail).onSuccess(response -> read(response, answer));
    }

    private void read(HttpClientResponse response, Promise<Answer> answer) {
        response.exceptionHandler(answer::tryFail);
        Buffer all = Buffer.buffer();
        response.handler(part -> {
            if (all.length() + part.length() > maxBytes) {
                answer.tryFail(new TooLongException("what comes is longer than " + maxBytes + " bytes"));
            } else {
                all.appendBuffer(part);
            }
        });
        response.endHandler(end -> answer.tryComplete(new Answer(response.statusCode(), all)));
    }
}
