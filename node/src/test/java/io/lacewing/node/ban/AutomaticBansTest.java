package io.lacewing.node.ban;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.cluster.core.Input.Order;
import io.lacewing.node.auth.ClientDetails;
import io.lacewing.node.net.Network;
import io.lacewing.node.ban.Ban.Cause;
import io.lacewing.node.ban.Ban.Kind;
import io.lacewing.node.config.BanRule;
import io.lacewing.node.config.BansConfig;
import io.lacewing.router.RetainedIndex;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who is banned by itself: the core of this test keeps what it is ordered to. */
class AutomaticBansTest {
    private RetainedIndex rows = RetainedIndex.empty();
    private final List<String> told = new ArrayList<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Bans bans = new Bans(4, () -> rows, this::keep);
    private final AutomaticBans automatic = new AutomaticBans(
            new BansConfig(4, List.of(Network.of("10.0.0.0/8")), rule(3), rule(2)),
            bans,
            ban -> heard.add(ban.value()));

    private static BanRule rule(int most) {
        return new BanRule(most, Duration.ofHours(1), Duration.ofHours(1));
    }

    @AfterEach
    void stop() {
        bans.close();
    }

    private Future<List<String>> keep(Order order) {
        if (order instanceof Order.Keep(var row)) {
            rows = rows.with(row);
            Ban ban = Objects.requireNonNull(BanRows.read(row));
            told.add(ban.kind().word() + " " + ban.value());
            bans.refresh();
        }
        return Future.succeededFuture(List.of());
    }

    private static ClientDetails from(String address, String id) {
        return new ClientDetails(id, "ann", address + ":5000", "tcp", 5);
    }

    private void fails(String address, int times) {
        for (int i = 0; i < times; i++) {
            automatic.failed(from(address, "c" + i));
        }
    }

    @Test
    void anAddressIsBannedAfterMoreFailuresThanAllowed() throws Exception {
        fails("192.0.2.7", 3);
        assertEquals(List.of(), told);
        fails("192.0.2.7", 1);
        assertEquals(List.of("address 192.0.2.7"), told);
        assertEquals("192.0.2.7", heard.take());
        assertEquals(1, automatic.set(Cause.GUESSING));
    }

    @Test
    void addressesOfOneHomeCountAsOne() {
        for (int i = 1; i <= 4; i++) {
            fails("2001:db8:1:2::" + i, 1);
        }
        assertEquals(List.of("address 2001:db8:1:2::/64"), told);
    }

    @Test
    void whoIsExceptedAndWhoIsHereIsNotBanned() {
        fails("10.1.2.3", 50);
        fails("127.0.0.1", 50);
        fails("::1", 50);
        for (int i = 0; i < 50; i++) {
            automatic.letIn(from("127.0.0.1", "c"));
        }
        assertEquals(List.of(), told);
    }

    @Test
    void aClientIdIsBannedForConnects() {
        for (int i = 0; i < 3; i++) {
            automatic.letIn(from("192.0.2." + i, "c"));
        }
        assertEquals(List.of("client-id c"), told);
    }

    /** An operator's ban keeps its reason, and ends the connections that it is to end. */
    @ParameterizedTest
    @CsvSource({"ADDRESS, 192.0.2.7", "CLIENT_ID, c"})
    void anOperatorsBanStays(Kind kind, String value) {
        rows = rows.with(BanRows.set(ban(kind, value, 60_000, Cause.OPERATOR)));
        bans.refresh();
        provoke(kind);
        assertEquals(List.of(), told);
        assertEquals(0, automatic.set(Cause.GUESSING) + automatic.set(Cause.FLAPPING));
    }

    /** So that the address, or the client id, of the other tests is to be banned. */
    private void provoke(Kind kind) {
        if (kind == Kind.ADDRESS) {
            fails("192.0.2.7", 4);
            return;
        }
        for (int i = 0; i < 3; i++) {
            automatic.letIn(from("192.0.2.8", "c"));
        }
    }

    /** Another node may have set it, and this one not have read it yet. */
    @Test
    void aBanThatEndsLaterStaysThoughItHasNotBeenRead() {
        rows = rows.with(BanRows.set(ban(Kind.ADDRESS, "192.0.2.7", 7_200_000, Cause.GUESSING)));
        fails("192.0.2.7", 4);
        assertEquals(List.of(), told);
    }

    @ParameterizedTest
    @CsvSource({"60000, GUESSING", "-1, OPERATOR"})
    void aBanThatEndsEarlierOrHasEndedIsReplaced(long millis, Cause cause) {
        rows = rows.with(BanRows.set(ban(Kind.ADDRESS, "192.0.2.7", millis, cause)));
        provoke(Kind.ADDRESS);
        assertEquals(List.of("address 192.0.2.7"), told);
    }

    private static Ban ban(Kind kind, String value, long millis, Cause cause) {
        long now = System.currentTimeMillis();
        return new Ban(kind, value, now, now + millis, "somebody", "", cause);
    }

    /** So that an operator finds room. */
    @Test
    void automaticBansTakeHalfOfTheList() {
        for (int i = 1; i <= 5; i++) {
            fails("192.0.2." + i, 4);
        }
        assertEquals(List.of("address 192.0.2.1", "address 192.0.2.2"), told);
    }
}
