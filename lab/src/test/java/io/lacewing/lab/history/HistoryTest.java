package io.lacewing.lab.history;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HistoryTest {
    @Test
    void itsRoomIsBounded() {
        History history = new History(() -> 0, 16);
        Deliveries deliveries = history.client("client", true).deliveries();
        for (int i = 0; i < 15; i++) {
            deliveries.add(0, i, 1, false, false);
        }
        assertTrue(history.full());
        deliveries.add(0, 15, 1, false, false);
        assertThrows(IllegalStateException.class, () -> deliveries.add(0, 16, 1, false, false));
    }

    @Test
    void itGrowsWithWhatIsRecorded() {
        Run run = new Run();
        ClientLog publisher = run.persistent("publisher");
        ClientLog subscriber = run.subscriber("subscriber", "t", 1);
        for (int i = 0; i < 1_000; i++) {
            run.deliver(publisher, run.acknowledged(publisher, "t", 1), subscriber);
        }
        assertEquals(1_000, subscriber.deliveries().count());
        assertEquals(999, subscriber.deliveries().number(999));
        assertTrue(run.verdict().clean());
        assertFalse(run.history.full());
    }

    @Test
    void theTimeWithoutServiceIsReportedPerFault() {
        Run run = new Run();
        ClientLog publisher = run.persistent("publisher");
        run.acknowledged(publisher, "t", 1);
        run.history.fault("kill n1");
        publisher.session().closed("broken");
        run.pass(2);
        run.connect(publisher, false, 3_600, true);
        run.pass(1);
        run.acknowledged(publisher, "t", 1);
        String report = run.verdict().report();
        assertTrue(report.contains("after 'kill n1': connected again (1 clients) median 2.00 s"), report);
        assertTrue(report.contains("longest without an acknowledgement (1 clients) median 3.01 s"), report);
    }

    @ParameterizedTest
    @CsvSource({
        "a/b,a/b,true",
        "a/+,a/b,true",
        "a/#,a,true",
        "#,a/b,true",
        "a/+,a,false",
        "a/+,a/b/c,false",
        "a/b,a/c,false"
    })
    void filtersMatchAsTheStandardHasIt(String filter, String topic, boolean matches) {
        assertEquals(matches, new Subscription(filter, 1, 0, History.NEVER).matches(topic));
    }
}
