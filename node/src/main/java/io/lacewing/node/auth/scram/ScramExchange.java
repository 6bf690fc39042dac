package io.lacewing.node.auth.scram;

import io.lacewing.node.auth.Denial;
import io.lacewing.node.auth.Exchange;
import io.lacewing.node.auth.Identity;
import io.lacewing.node.auth.Step;
import io.lacewing.node.auth.Verdict;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * One run of SCRAM (RFC 5802, 5). Each side speaks twice; what the client says:
 *
 * <pre>
 *   n,,n=user,r=nonce            -> r=nonce and more,s=salt,i=iterations
 *   c=biws,r=nonce and more,p=proof  -> v=the server's proof
 * </pre>
 */
final class ScramExchange implements Exchange {
    /** Bytes of a message; names and nonces are much shorter. */
    private static final int MAX_MESSAGE = 4_096;

    /** The first message: a header without channel binding, maybe with an authorization identity, then name and nonce. */
    private static final Pattern FIRST = Pattern.compile(
            "(?<header>[ny],(?:a=(?<as>[^,]+))?,)(?<bare>n=(?<name>[^,]+),r=(?<nonce>[\\x21-\\x2B\\x2D-\\x7E]{1,256})(?:,.*)?)",
            Pattern.DOTALL);

    private static final Pattern LAST = Pattern.compile(
            "(?<bare>c=(?<header>[^,]+),r=(?<nonce>[^,]+)(?:,.*)?),p=(?<proof>[A-Za-z0-9+/=]+)", Pattern.DOTALL);

    private static final Step WRONG = new Step.Failure(Verdict.WRONG.denial(), Verdict.WRONG.why());
    private static final Step MALFORMED = new Step.Failure(
            Denial.NOT_AUTHORIZED, "the authentication data is no message of SCRAM as it is spoken here");

    /** What has been said when the client has the last word. */
    private record Asked(
            String header, String nonce, String saidBefore, String name, ScramUsers.Found user, boolean same) {}

    private final ScramMechanism mechanism;
    private final @Nullable String connectName;
    private final String serverNonce;
    private @Nullable Asked asked;

    /**
     * Makes one that has heard nothing yet.
     *
     * @param connectName the user name of the CONNECT; null if it has none
     */
    ScramExchange(ScramMechanism mechanism, @Nullable String connectName, String serverNonce) {
        this.mechanism = mechanism;
        this.connectName = connectName;
        this.serverNonce = serverNonce;
    }

    @Override
    public CompletionStage<Step> take(byte @Nullable [] data) {
        String message = text(data);
        Asked before = asked;
        Step step;
        if (message == null) {
            step = MALFORMED;
        } else {
            step = before == null ? first(message) : last(message, before);
        }
        return CompletableFuture.completedFuture(step);
    }

    private static @Nullable String text(byte @Nullable [] data) {
        if (data == null || data.length > MAX_MESSAGE) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(data))
                    .toString();
        } catch (CharacterCodingException notText) {
            return null;
        }
    }

    private Step first(String message) {
        Matcher parts = FIRST.matcher(message);
        if (!parts.matches()) {
            return MALFORMED;
        }
        String name = name(parts.group("name"));
        String as = parts.group("as");
        if (name == null || (as != null && !name.equals(name(as)))) {
            return MALFORMED; // Nobody acts for others here.
        }
        // Who gives another name in the CONNECT is nobody. It hears so at the end: another answer here would tell who
        // is there.
        boolean same = connectName == null || connectName.equals(name);
        ScramUsers.Found user = mechanism.find(name);
        String nonce = parts.group("nonce") + serverNonce;
        String answer = "r=" + nonce + ",s="
                + Base64.getEncoder().encodeToString(user.keys().salt()) + ",i="
                + user.keys().iterations();
        asked = new Asked(parts.group("header"), nonce, parts.group("bare") + "," + answer, name, user, same);
        return new Step.Continue(answer.getBytes(StandardCharsets.UTF_8));
    }

    /** The name as users are known by; null if it is none. */
    private static @Nullable String name(String escaped) {
        String text = escaped.replace("=2C", ",");
        if (text.replace("=3D", "").contains("=")) {
            return null;
        }
        return ScramAlgorithm.prepared(text.replace("=3D", "="));
    }

    private static Step last(String message, Asked asked) {
        Matcher parts = LAST.matcher(message);
        String header = Base64.getEncoder().encodeToString(asked.header.getBytes(StandardCharsets.UTF_8));
        if (!parts.matches()
                || !parts.group("header").equals(header)
                || !parts.group("nonce").equals(asked.nonce)) {
            return MALFORMED;
        }
        byte[] proof;
        try {
            proof = Base64.getDecoder().decode(parts.group("proof"));
        } catch (IllegalArgumentException damaged) {
            return MALFORMED;
        }
        ScramKeys keys = asked.user.keys();
        byte[] said = (asked.saidBefore + "," + parts.group("bare")).getBytes(StandardCharsets.UTF_8);
        if (!isProven(keys, said, proof) || !asked.same) {
            return WRONG;
        }
        String answer =
                "v=" + Base64.getEncoder().encodeToString(keys.algorithm().hmac(keys.serverKey(), said));
        return new Step.Success(
                answer.getBytes(StandardCharsets.US_ASCII), Identity.of(asked.name, asked.user.groups()));
    }

    private static boolean isProven(ScramKeys keys, byte[] said, byte[] proof) {
        byte[] clientKey = keys.algorithm().hmac(keys.storedKey(), said);
        if (proof.length != clientKey.length) {
            return false;
        }
        for (int i = 0; i < proof.length; i++) {
            clientKey[i] ^= proof[i];
        }
        return MessageDigest.isEqual(keys.algorithm().hash(clientKey), keys.storedKey());
    }

    @Override
    public void cancel() {
        asked = null;
    }
}
