package io.lacewing.node.auth;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.lacewing.node.auth.Anonymous.Reach;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is let in that nobody knows. */
class AnonymousTest {
    private static final String HERE = "127.0.0.1:49152";
    private static final String THERE = "192.0.2.7:49152";

    private static String judge(Reach reach, boolean namesAreChecked, String address, @Nullable String user) {
        ClientDetails client = new ClientDetails("c", user, address, "tcp", 4);
        Verdict verdict = new Anonymous(reach, namesAreChecked)
                .authenticate(new Credentials(client, null))
                .toCompletableFuture()
                .join();
        return switch (verdict) {
            case Verdict.Allow(Identity identity, var until) ->
                identity.equals(Identity.ANONYMOUS) ? "allow" : "as somebody";
            case Verdict.Deny(Denial denial, String why) -> denial.toString();
            case Verdict.Next next -> "next";
        };
    }

    @ParameterizedTest
    @CsvSource({
        "LOOPBACK, false, allow, allow, NOT_AUTHORIZED, NOT_AUTHORIZED",
        "LOOPBACK, true, allow, BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BAD_USER_NAME_OR_PASSWORD",
        "EVERYWHERE, false, allow, allow, allow, allow",
        "EVERYWHERE, true, allow, BAD_USER_NAME_OR_PASSWORD, allow, BAD_USER_NAME_OR_PASSWORD",
        "NOWHERE, false, NOT_AUTHORIZED, NOT_AUTHORIZED, NOT_AUTHORIZED, NOT_AUTHORIZED",
        "NOWHERE, true, NOT_AUTHORIZED, BAD_USER_NAME_OR_PASSWORD, NOT_AUTHORIZED, BAD_USER_NAME_OR_PASSWORD"
    })
    void byReachAndPlaceAndName(
            Reach reach,
            boolean namesAreChecked,
            String here,
            String hereWithName,
            String there,
            String thereWithName) {
        assertEquals(here, judge(reach, namesAreChecked, HERE, null));
        assertEquals(hereWithName, judge(reach, namesAreChecked, HERE, "ann"));
        assertEquals(there, judge(reach, namesAreChecked, THERE, null));
        assertEquals(thereWithName, judge(reach, namesAreChecked, THERE, "ann"));
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1:1883, true",
        "127.255.1.2:1, true",
        "[::1]:1883, true",
        "::1:1883, true",
        "[::ffff:127.0.0.1]:1883, true",
        "0:0:0:0:0:0:0:1:1883, true",
        "128.0.0.1:1883, false",
        "[::2]:1883, false",
        "[fe80::1%eth0]:1883, false",
        "[::ffff:192.0.2.7]:1883, false",
        "localhost:1883, false",
        "127.0.0.1.example.org:1883, false",
        "/run/socket, false",
        "'', false"
    })
    void addressesOfThisMachine(String address, boolean loopback) {
        assertEquals(loopback, Anonymous.isLoopback(address));
    }

    @Test
    void credentialsDoNotShowTheirPassword() {
        byte[] password = {1, 2, 3};
        Credentials credentials = new Credentials(new ClientDetails("c", "ann", HERE, "tcp", 4), password);
        assertFalse(credentials.toString().contains("assword"), credentials.toString());
        credentials.clear();
        assertEquals(0, password[0] | password[1] | password[2]);
    }
}
