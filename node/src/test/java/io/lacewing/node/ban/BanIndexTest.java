package io.lacewing.node.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.node.net.Network;
import io.lacewing.node.ban.Ban.Cause;
import io.lacewing.node.ban.Ban.Kind;
import io.lacewing.router.Message;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BanIndexTest {
    private static Ban ban(Kind kind, String value, Cause cause) {
        return new Ban(kind, value, 1, Ban.FOR_EVER, "ann", "", cause);
    }

    private static @Nullable Ban of(BanIndex index, String address) throws Exception {
        return index.ofAddress(InetAddress.getByName(address));
    }

    @ParameterizedTest
    @CsvSource({
        "10.0.0.0/8, 10.255.255.255, 11.0.0.0",
        "192.0.2.7, 192.0.2.7, 192.0.2.8",
        "0.0.0.0/0, 203.0.113.1, ::1",
        "2001:db8::/32, 2001:db8:ffff::1, 2001:db9::1",
        "2001:db8:1:2::/64, 2001:db8:1:2:ffff::1, 2001:db8:1:3::1",
        "2001:db8::/65, 2001:db8::7fff:0:0:1, 2001:db8::8000:0:0:1",
        "2001:db8::1, 2001:db8::1, 2001:db8::2",
        "192.0.2.0/24, ::ffff:192.0.2.9, ::ffff:192.0.3.9",
    })
    void aRangeHasItsAddressesAndNoOthers(String range, String inside, String outside) throws Exception {
        BanIndex index =
                new BanIndex(List.of(ban(Kind.ADDRESS, Network.of(range).toString(), Cause.OPERATOR)));
        assertNotNull(of(index, inside));
        assertNull(of(index, outside));
    }

    /** The quick way and the plain one come to the same. */
    @Test
    void manyRangesAreFoundAsByLookingAtEach() throws Exception {
        Random random = new Random(7);
        List<Ban> bans = new ArrayList<>();
        List<Network> networks = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            Network network = Network.around(address(random), random.nextInt(4, 33));
            networks.add(network);
            bans.add(ban(Kind.ADDRESS, network.toString(), Cause.OPERATOR));
        }
        BanIndex index = new BanIndex(bans);
        int found = 0;
        for (int i = 0; i < 5_000; i++) {
            InetAddress host = address(random);
            boolean expected = networks.stream().anyMatch(network -> network.contains(host));
            assertEquals(expected, index.ofAddress(host) != null, host.toString());
            found += expected ? 1 : 0;
        }
        assertTrue(found > 100 && found < 4_900, "the test looks at both: " + found);
    }

    private static InetAddress address(Random random) throws Exception {
        byte[] bytes = new byte[4];
        random.nextBytes(bytes);
        return InetAddress.getByAddress(bytes);
    }

    @Test
    void aBanThatHasEndedIsNone() {
        Ban ended = new Ban(Kind.CLIENT_ID, "c", 1, 2, "ann", "", Cause.OPERATOR);
        assertNull(new BanIndex(List.of(ended)).ofClientId("c"));
        assertNotNull(new BanIndex(List.of(ban(Kind.CLIENT_ID, "c", Cause.OPERATOR))).ofClientId("c"));
    }

    /** As one who guesses from a network that an operator has banned. */
    @Test
    void aBanThatHasEndedHidesNoWiderOne() throws Exception {
        Ban narrow = new Ban(Kind.ADDRESS, "192.0.2.7", 1, 2, "guessing", "", Cause.FLAPPING);
        BanIndex index = new BanIndex(List.of(narrow, ban(Kind.ADDRESS, "192.0.2.0/24", Cause.OPERATOR)));
        InetAddress host = InetAddress.getByName("192.0.2.7");
        assertNotNull(index.ofAddress(host));
        assertNotNull(index.ofConnected(host));
    }

    @Test
    void whoIsConnectedStaysIfHisAddressIsBannedForGuessing() throws Exception {
        InetAddress host = InetAddress.getByName("192.0.2.7");
        BanIndex guessed = new BanIndex(List.of(ban(Kind.ADDRESS, "192.0.2.7", Cause.GUESSING)));
        assertNotNull(guessed.ofAddress(host));
        assertNull(guessed.ofConnected(host));
        assertFalse(guessed.endsMoreThan(BanIndex.EMPTY));
        BanIndex ordered = new BanIndex(List.of(ban(Kind.ADDRESS, "192.0.2.0/24", Cause.OPERATOR)));
        assertNotNull(ordered.ofConnected(host));
        assertTrue(ordered.endsMoreThan(guessed));
        assertFalse(ordered.endsMoreThan(ordered));
    }

    @Test
    void aBanIsTheSameAfterItWasKept() {
        Ban ban = new Ban(Kind.CLIENT_ID, "a/+/#\u0001\uD83D\uDE00", 5, 6, "ann", "why", Cause.FLAPPING);
        Message row = BanRows.set(ban);
        assertEquals(ban, BanRows.read(row));
        assertEquals(6, row.expiresAt());
        assertEquals(row.topic(), BanRows.lift(ban.kind(), ban.value()).topic());
    }

    /** A row that is not where it belongs bans nobody: else it could not be lifted. */
    @Test
    void aRowOnAnotherTopicIsNoBan() {
        Message row = BanRows.set(ban(Kind.USER, "ann", Cause.OPERATOR));
        Message other = BanRows.set(ban(Kind.USER, "bob", Cause.OPERATOR));
        assertNull(BanRows.read(
                new Message(other.topic(), row.payload(), row.qos(), true, row.expiresAt(), new byte[0], null, 1)));
        assertNull(BanRows.read(new Message(
                row.topic(), new byte[] {'{', '}'}, row.qos(), true, row.expiresAt(), new byte[0], null, 1)));
    }
}
