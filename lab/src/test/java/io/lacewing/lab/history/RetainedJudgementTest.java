package io.lacewing.lab.history;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.lacewing.lab.history.Finding.Kind;
import io.lacewing.lab.history.Sends.Manner;
import java.util.Set;
import org.junit.jupiter.api.Test;

class RetainedJudgementTest {
    private final Run run = new Run();
    private final ClientLog publisher = run.persistent("publisher");

    private ClientLog reader(String id) {
        ClientLog reader = run.brief(id);
        run.subscribe(reader, "r/#", 1);
        return reader;
    }

    @Test
    void theNewestAcknowledgedIsClean() {
        run.retained(publisher, "r/1", Manner.RETAINED, true);
        int newest = run.retained(publisher, "r/1", Manner.RETAINED, true);
        run.deliverRetained(publisher, newest, reader("reader"));
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void anOlderOneIsStale() {
        int older = run.retained(publisher, "r/1", Manner.RETAINED, true);
        run.retained(publisher, "r/1", Manner.RETAINED, true);
        run.deliverRetained(publisher, older, reader("reader"));
        assertEquals(Set.of(Kind.STALE_RETAINED), run.kinds());
    }

    @Test
    void nothingInsteadOfTheNewestIsAFault() {
        run.retained(publisher, "r/1", Manner.RETAINED, true);
        reader("reader");
        assertEquals(Set.of(Kind.STALE_RETAINED), run.kinds());
    }

    @Test
    void whatWasRemovedMustNotCome() {
        int removed = run.retained(publisher, "r/1", Manner.RETAINED, true);
        run.retained(publisher, "r/1", Manner.REMOVES_RETAINED, true);
        ClientLog reader = reader("reader");
        assertEquals(Set.of(), run.kinds());
        run.deliverRetained(publisher, removed, reader);
        assertEquals(Set.of(Kind.STALE_RETAINED), run.kinds());
    }

    @Test
    void anUnacknowledgedOneMayWinOrNot() {
        int acknowledged = run.retained(publisher, "r/1", Manner.RETAINED, true);
        run.retained(publisher, "r/2", Manner.RETAINED, true);
        int open = run.retained(publisher, "r/1", Manner.RETAINED, false);
        run.retained(publisher, "r/2", Manner.REMOVES_RETAINED, false);
        int kept = run.retained(publisher, "r/3", Manner.RETAINED, true);
        ClientLog reader = reader("reader");
        run.deliverRetained(publisher, open, reader);
        run.deliverRetained(publisher, kept, reader);
        assertEquals(Set.of(), run.kinds());
        ClientLog later = reader("later");
        run.deliverRetained(publisher, acknowledged, later);
        run.deliverRetained(publisher, kept, later);
        assertEquals(1, run.verdict().findings().size(), "only that the two readers differ");
    }

    @Test
    void allReadersGetTheSame() {
        int first = run.retained(publisher, "r/1", Manner.RETAINED, true);
        int open = run.retained(publisher, "r/1", Manner.RETAINED, false);
        run.deliverRetained(publisher, first, reader("here"));
        run.deliverRetained(publisher, open, reader("there"));
        assertEquals(Set.of(Kind.STALE_RETAINED), run.kinds());
    }

    @Test
    void whoSubscribedBeforeTheLastPublishIsNoReader() {
        reader("early");
        run.retained(publisher, "r/1", Manner.RETAINED, true);
        assertEquals(Set.of(), run.kinds());
    }

    @Test
    void whatIsAcknowledgedAfterAReaderSubscribedMayComeOrNot() {
        int first = run.retained(publisher, "r/1", Manner.RETAINED, true);
        int late = run.retained(publisher, "r/1", Manner.REMOVES_RETAINED, false);
        ClientLog reader = reader("reader");
        run.deliverRetained(publisher, first, reader);
        publisher.sends().acknowledged(late);
        assertEquals(Set.of(), run.kinds());
        run.deliver(publisher, late, reader);
        assertEquals(Set.of(), run.kinds(), "a removal that comes as a new message");
    }

    @Test
    void ofTwoQosTheLaterIsTheLastOnlyIfItWasSentWhenTheEarlierWasAcknowledged() {
        int one = run.history.topic("r/1");
        int earlier = publisher.sends().begin(one, 1, Manner.RETAINED);
        int together = publisher.sends().begin(one, 2, Manner.RETAINED);
        publisher.sends().acknowledged(earlier);
        publisher.sends().acknowledged(together);
        run.deliverRetained(publisher, earlier, reader("reader"));
        assertEquals(Set.of(), run.kinds());
        int later = publisher.sends().begin(one, 2, Manner.RETAINED);
        publisher.sends().acknowledged(later);
        run.deliverRetained(publisher, earlier, reader("second"));
        assertEquals(Set.of(Kind.STALE_RETAINED), run.kinds());
    }
}
