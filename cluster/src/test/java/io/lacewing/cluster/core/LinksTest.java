package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.lacewing.cluster.core.NodeMessage.CloseConnection;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class LinksTest {
    private static final long SELF = 1;
    private static final long PEER = 2;
    private static final Token TOKEN = new Token.PublishPart(7);

    private final Effects effects = new Effects();
    private final Links links = new Links(SELF, LinkSettings.DEFAULTS, effects);

    @Test
    void allThatIsSentInATurnLeavesInOneFrame() {
        view(SELF, PEER);
        links.send(PEER, message(1), null);
        links.send(PEER, message(2), null);
        assertEquals(List.of(new Frame(SELF, PEER, 1, 0, List.of(message(1), message(2)))), flush());
        assertEquals(List.of(), flush());
    }

    @Test
    void anAcknowledgementRidesOnWhatIsSentAndElseGoesAlone() {
        view(SELF, PEER);
        links.receive(frame(1, 0, 5));
        links.send(PEER, message(1), null);
        assertEquals(List.of(new Frame(SELF, PEER, 1, 1, List.of(message(1)))), flush());
        links.receive(frame(2, 0, 6));
        assertEquals(List.of(new Frame(SELF, PEER, 2, 2, List.of())), flush());
        assertEquals(List.of(), flush());
    }

    @Test
    void aRepetitionIsAcknowledgedAgainAsTheFirstAcknowledgementMayBeLost() {
        view(SELF, PEER);
        assertEquals(List.of(message(5)), links.receive(frame(1, 0, 5)));
        flush();
        assertEquals(List.of(), links.receive(frame(1, 0, 5)));
        assertEquals(List.of(new Frame(SELF, PEER, 1, 1, List.of())), flush());
    }

    @Test
    void theNewPartOfAFrameIsTaken() {
        view(SELF, PEER);
        links.receive(frame(1, 0, 5));
        assertEquals(List.of(message(6)), links.receive(frame(1, 0, 5, 6)));
        assertEquals(List.of(), links.receive(frame(4, 0, 8)));
    }

    @Test
    void whatIsUnansweredIsRepeatedWithGrowingPauses() {
        view(SELF, PEER);
        tick(0);
        links.send(PEER, message(1), TOKEN);
        flush();
        List<Long> repeated = new ArrayList<>();
        for (long now = 50; now <= 8_000; now += 50) {
            tick(now);
            if (!flush().isEmpty()) {
                repeated.add(now);
            }
        }
        assertEquals(List.of(300L, 900L, 2_100L, 4_100L, 6_100L), repeated);
        assertEquals(List.of(), links.takeCompleted());
        links.receive(frame(1, 1));
        assertEquals(List.of(TOKEN), links.takeCompleted());
    }

    @Test
    void whatWasSentBeforeThePeerListenedIsRepeatedWhenItIsFirstHeard() {
        view(SELF, PEER);
        tick(0);
        links.send(PEER, message(1), TOKEN);
        flush();
        tick(10);
        links.receive(frame(1, 0, 5));
        assertEquals(List.of(new Frame(SELF, PEER, 1, 1, List.of(message(1)))), flush());
        links.receive(frame(2, 0, 6));
        assertEquals(List.of(new Frame(SELF, PEER, 2, 2, List.of())), flush());
        tick(300);
        assertEquals(List.of(), flush());
        tick(310);
        assertEquals(1, flush().size());
    }

    @Test
    void aStepOfTheWallClockIsNoSilence() {
        view(SELF, PEER);
        tick(10_000_000);
        links.send(PEER, message(1), null);
        flush();
        tick(5);
        assertEquals(List.of(), flush());
        tick(305);
        assertEquals(1, flush().size());
    }

    @Test
    void moreThanWasSentCannotBeAcknowledged() {
        view(SELF, PEER);
        links.send(PEER, message(1), TOKEN);
        links.receive(frame(1, 1));
        assertEquals(List.of(), links.takeCompleted());
        flush();
        links.receive(frame(1, 2));
        assertEquals(List.of(), links.takeCompleted());
        links.receive(frame(1, 1));
        assertEquals(List.of(TOKEN), links.takeCompleted());
    }

    @Test
    void theTokensOfOneThatLeavesComeBackAndItStaysGone() {
        view(SELF, PEER);
        links.send(PEER, message(1), TOKEN);
        view(SELF);
        assertEquals(List.of(TOKEN), links.takeCompleted());
        assertEquals(List.of(), links.receive(frame(1, 0, 5)));
        links.send(PEER, message(1), TOKEN);
        assertEquals(List.of(TOKEN), links.takeCompleted());
        view(SELF, PEER);
        assertFalse(links.isPeer(PEER));
        assertEquals(List.of(), flush());
    }

    @Test
    void whatIsNotTakenIsKnownByItsNumber() {
        long other = PEER + 1;
        view(SELF, PEER, other);
        assertEquals(Map.of(), links.untaken(), "nothing was sent");
        links.send(PEER, message(1), null);
        links.send(PEER, message(2), null);
        links.send(other, message(1), null);
        assertEquals(Map.of(PEER, 2L, other, 1L), links.untaken());
        flush();
        links.receive(frame(1, 1));
        assertEquals(Map.of(PEER, 2L, other, 1L), links.untaken());
        assertTrue(links.hasTaken(PEER, 1));
        assertFalse(links.hasTaken(PEER, 2));
        links.receive(frame(1, 2));
        assertEquals(Map.of(other, 1L), links.untaken());
        assertFalse(links.hasTaken(other, 1));
        view(SELF, PEER);
        assertTrue(links.hasTaken(other, 1), "it is gone");
    }

    @Test
    void framesForAnotherIncarnationAreIgnored() {
        view(SELF, PEER);
        assertEquals(List.of(), links.receive(new Frame(PEER, 9, 1, 0, List.of(message(1)))));
        assertEquals(List.of(), links.receive(new Frame(SELF, SELF, 1, 0, List.of(message(1)))));
        assertEquals(List.of(), flush());
    }

    @Test
    void aStrangerIsHeardUntilItFallsSilent() {
        view(SELF);
        tick(0);
        assertEquals(List.of(), links.receive(frame(2, 0, 6)), "not from the beginning");
        assertEquals(List.of(message(5)), links.receive(frame(1, 0, 5)));
        view(SELF);
        assertTrue(links.isPeer(PEER));
        links.send(PEER, message(1), TOKEN);
        for (long now = 0; now < 10_000; now += 50) {
            tick(now);
        }
        assertEquals(List.of(), links.takeCompleted());
        tick(10_000);
        assertEquals(List.of(TOKEN), links.takeCompleted());
        assertTrue(links.isDeparted(PEER));
    }

    @Test
    void aStrangerThatTheViewHasInTheEndIsAPeerLikeOthers() {
        view(SELF);
        tick(0);
        links.receive(frame(1, 0, 5));
        view(SELF, PEER);
        for (long now = 0; now < 30_000; now += 50) {
            tick(now);
        }
        assertTrue(links.isPeer(PEER));
        assertEquals(List.of(message(6)), links.receive(frame(2, 0, 6)));
    }

    @Test
    void theBacklogIsCountedUntilItIsAcknowledged() {
        view(SELF, PEER);
        links.send(PEER, message(1), null);
        assertEquals(MessageSize.of(message(1)), links.backlog(PEER));
        assertFalse(links.isOverloaded(PEER));
        flush();
        links.receive(frame(1, 1));
        assertEquals(0, links.backlog(PEER));
    }

    private static NodeMessage message(long number) {
        return new CloseConnection(number, "c", 1);
    }

    private void view(long... members) {
        List<View.Member> list = new ArrayList<>();
        for (long member : members) {
            list.add(new View.Member(member, "n" + member));
        }
        links.viewChanged(new View(list, List.of()));
    }

    private void tick(long now) {
        links.tick(now);
    }

    private List<Frame> flush() {
        links.flush();
        return effects.drain().stream()
                .map(effect -> ((Effect.Send) effect).frame())
                .toList();
    }

    private static Frame frame(long first, long acknowledged, long... connections) {
        List<NodeMessage> messages = new ArrayList<>();
        for (long connection : connections) {
            messages.add(message(connection));
        }
        return new Frame(PEER, SELF, first, acknowledged, messages);
    }
}
