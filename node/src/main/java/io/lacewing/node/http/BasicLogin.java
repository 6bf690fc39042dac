package io.lacewing.node.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import org.jspecify.annotations.Nullable;

/** User name and password of HTTP's Basic authentication (RFC 7617), in UTF-8. Its password must not be kept or logged. */
final class BasicLogin {
    private static final String SCHEME = "Basic ";

    private final String name;
    private final byte[] password;

    private BasicLogin(String name, byte[] password) {
        this.name = name;
        this.password = password;
    }

    /** What a header {@code Authorization} says; null if it is of another scheme, or not as it should be. */
    static @Nullable BasicLogin parse(String header) {
        if (!header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
            return null;
        }
        byte[] both;
        try {
            both = Base64.getDecoder().decode(header.substring(SCHEME.length()).strip());
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
        int colon = 0;
        while (colon < both.length && both[colon] != ':') {
            colon++;
        }
        if (colon == both.length) {
            return null;
        }
        try {
            String name = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(both, 0, colon))
                    .toString();
            return new BasicLogin(name, Arrays.copyOfRange(both, colon + 1, both.length));
        } catch (CharacterCodingException notUtf8) {
            return null;
        } finally {
            Arrays.fill(both, (byte) 0);
        }
    }

    String name() {
        return name;
    }

    /** Not a copy. */
    byte[] password() {
        return password;
    }

    /** Overwrites the password: nobody needs it any more. */
    void clear() {
        Arrays.fill(password, (byte) 0);
    }

    /** Without the password. */
    @Override
    public String toString() {
        return "login of " + name;
    }
}
