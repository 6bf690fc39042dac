package io.lacewing.cluster.core;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SettlingTest {
    private static final long SELF = 1;
    private static final long PEER = 2;

    private final Effects effects = new Effects();
    private final Now now = new Now();
    private final Links links = new Links(SELF, LinkSettings.DEFAULTS, effects);
    private final Requests requests = new Requests(30_000, now, new FakeMajority(), effects);
    private final Settling settling = new Settling(links, requests);

    SettlingTest() {
        now.advance(1_000, 1_000);
        links.viewChanged(new View(List.of(new View.Member(SELF, "a"), new View.Member(PEER, "b")), List.of()));
    }

    private List<Long> answered() {
        settling.advance();
        List<Long> requests = new ArrayList<>();
        for (Effect effect : effects.drain()) {
            if (effect instanceof Effect.Reply reply) {
                requests.add(reply.request());
            }
        }
        return requests;
    }

    private void send() {
        links.send(PEER, new NodeMessage.OpenByForce(), null);
        links.flush();
    }

    private void taken(long number) {
        links.receive(new Frame(PEER, SELF, 1, number, List.of()));
    }

    @Test
    void whereNothingIsOnItsWayItIsAnsweredAtOnce() {
        settling.settle(7);
        assertEquals(List.of(7L), answered());
    }

    @Test
    void whatWasSentBeforeIsWaitedForAndWhatComesLaterIsNot() {
        send();
        settling.settle(7);
        send();
        settling.settle(8);
        assertEquals(List.of(), answered());
        taken(1);
        assertEquals(List.of(7L), answered());
        taken(2);
        assertEquals(List.of(8L), answered());
        assertEquals(0, settling.size());
    }

    @Test
    void nobodyWaitsForOneThatIsGone() {
        send();
        settling.settle(7);
        links.viewChanged(new View(List.of(new View.Member(SELF, "a")), List.of()));
        assertEquals(List.of(7L), answered());
    }

    @Test
    void whatNobodyWaitsForIsForgottenThoughThePeerStaysSilent() {
        send();
        for (int i = 1; i <= 10_000; i++) {
            settling.settle(i);
        }
        assertEquals(List.of(), answered());
        for (long time = 1_000; time < 40_000; time += 100) {
            now.advance(time, time);
        }
        requests.tick();
        assertEquals(10_000, answered().size());
        assertEquals(0, settling.size());
    }
}
