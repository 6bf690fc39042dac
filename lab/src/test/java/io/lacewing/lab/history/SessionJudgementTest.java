package io.lacewing.lab.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.lab.history.Finding.Kind;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SessionJudgementTest {
    private static final long HOUR = 3_600;

    private final Run run = new Run();
    private final ClientLog client = run.persistent("client");
    private final SessionLog session = client.session();

    private void close() {
        session.closed("broken");
    }

    @Test
    void aSessionThatIsThereAgainIsClean() {
        run.reconnect(client, true);
        run.reconnect(client, true);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void anAcknowledgedSessionThatIsGoneHasVanished() {
        run.reconnect(client, false);
        assertEquals(Set.of(Kind.VANISHED), run.kinds());
    }

    @Test
    void aSessionMayBeGoneWhenItHasExpired() {
        close();
        run.pass(HOUR);
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void aSessionMustBeThereUntilItExpires() {
        close();
        run.pass(HOUR - 1);
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(Kind.VANISHED), run.kinds());
    }

    @Test
    void aRefusedConnectEndsNothing() {
        close();
        session.connecting(true, 0, "somewhere");
        session.refused(0x88);
        close();
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(Kind.VANISHED), run.kinds());
    }

    @Test
    void whatEndedByExpiryZeroMustNotBeThere() {
        close();
        run.connect(client, true, 0, false);
        close();
        run.connect(client, false, 0, true);
        assertEquals(Set.of(Kind.RESURRECTED), run.kinds());
    }

    @Test
    void whatEndedByExpiryZeroAndIsGoneIsClean() {
        close();
        run.connect(client, true, 0, false);
        close();
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void aCleanStartIsNeverAnsweredWithSessionPresent() {
        close();
        run.connect(client, true, HOUR, true);
        assertEquals(Set.of(Kind.RESURRECTED), run.kinds());
    }

    @Test
    void aNewClientIdHasNoSession() {
        run.connect(run.history.client("new", true), false, HOUR, true);
        assertEquals(Set.of(Kind.RESURRECTED), run.kinds());
    }

    @Test
    void anUnansweredCleanStartMayEndASessionLater() {
        close();
        session.connecting(true, 0, "somewhere");
        close();
        run.connect(client, false, HOUR, true);
        close();
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void anUnansweredConnectMayBeginASession() {
        ClientLog other = run.history.client("other", true);
        other.session().connecting(false, HOUR, "somewhere");
        other.session().closed("no CONNACK");
        run.connect(other, false, HOUR, true);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void anUnansweredConnectThatKeepsTheSessionDoesNotExcuseItsLoss() {
        close();
        session.connecting(false, HOUR, "somewhere");
        close();
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(Kind.VANISHED), run.kinds());
    }

    @Test
    void aDisconnectThatEndsTheSessionIsNotAnswered() {
        session.disconnecting(0);
        close();
        run.connect(client, false, HOUR, true);
        close();
        run.connect(client, false, HOUR, false);
        assertEquals(Set.of(), run.kinds());
    }
}
