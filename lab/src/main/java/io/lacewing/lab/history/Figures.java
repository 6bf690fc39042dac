package io.lacewing.lab.history;

import io.lacewing.lab.history.History.FaultEvent;
import io.lacewing.lab.history.SessionEvent.Closed;
import io.lacewing.lab.history.SessionEvent.Connected;
import io.lacewing.lab.history.SessionEvent.Connecting;
import io.lacewing.lab.history.SessionEvent.Refused;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What is worth knowing and is no fault: counts, repetitions at QoS 1, and how long clients could not work after each fault. */
final class Figures {
    private static final double SECOND = 1e9;
    private static final long WINDOW = 60_000_000_000L;

    private final History history;
    private long delivered;
    private long promised;
    private long againExplained;
    private long againUnexplained;
    private long suppressed;

    Figures(History history) {
        this.history = history;
    }

    void delivered() {
        delivered++;
    }

    void promised() {
        promised++;
    }

    void again(boolean explained) {
        if (explained) {
            againExplained++;
        } else {
            againUnexplained++;
        }
    }

    void suppressed(int count) {
        suppressed += count;
    }

    List<String> lines() {
        List<String> lines = new ArrayList<>();
        lines.add(publishes());
        lines.add("deliveries " + delivered + ", of which promised to persistent sessions " + promised
                + "; came again where that is allowed " + (againExplained + againUnexplained) + " (without DUP or a new"
                + " connection " + againUnexplained + "), recognised at QoS 2 by the client " + suppressed);
        lines.add(connections());
        List<FaultEvent> harms =
                history.faults().stream().filter(FaultEvent::harm).toList();
        for (int i = 0; i < harms.size(); i++) {
            long end = i + 1 < harms.size() ? harms.get(i + 1).at() : history.now();
            after(harms.get(i), Math.min(end, harms.get(i).at() + WINDOW), lines);
        }
        return lines;
    }

    private String publishes() {
        long atMostOnce = 0;
        long sent = 0;
        long acknowledged = 0;
        long refused = 0;
        long givenUp = 0;
        for (ClientLog client : history.clients()) {
            Sends sends = client.sends();
            for (int number = 0; number < sends.count(); number++) {
                if (sends.qos(number) == 0) {
                    atMostOnce++;
                    continue;
                }
                sent++;
                acknowledged += sends.acknowledgedAt(number) != History.NEVER ? 1 : 0;
                refused += sends.wasRefused(number) ? 1 : 0;
                givenUp += sends.wasGivenUp(number) ? 1 : 0;
            }
        }
        return "publishes at QoS 0 " + atMostOnce + ", at QoS 1 and 2 " + sent + ", acknowledged " + acknowledged
                + ", not acknowledged " + (sent - acknowledged) + " (refused " + refused
                + ", given up with a session or connection " + givenUp + ")";
    }

    private String connections() {
        long asked = 0;
        long granted = 0;
        long refused = 0;
        for (ClientLog client : history.clients()) {
            for (SessionEvent event : client.session().events()) {
                asked += event instanceof Connecting ? 1 : 0;
                granted += event instanceof Connected ? 1 : 0;
                refused += event instanceof Refused ? 1 : 0;
            }
        }
        return "clients " + history.clients().size() + ", CONNECTs " + asked + ", accepted " + granted + ", refused "
                + refused;
    }

    private void after(FaultEvent fault, long end, List<String> lines) {
        List<Double> back = new ArrayList<>();
        List<Double> silence = new ArrayList<>();
        int never = 0;
        for (ClientLog client : history.clients()) {
            double seconds = secondsUntilBack(client, fault.at(), end);
            if (seconds == Double.POSITIVE_INFINITY) {
                never++;
            } else if (seconds >= 0) {
                back.add(seconds);
            }
            double gap = longestSilence(client, fault.at(), end);
            if (gap >= 0) {
                silence.add(gap);
            }
        }
        lines.add("after '" + fault.what() + "': connected again " + spread(back)
                + (never > 0 ? ", " + never + " not before the next fault" : "")
                + "; longest without an acknowledgement "
                + spread(silence));
    }

    private static String spread(List<Double> values) {
        if (values.isEmpty()) {
            return "(nobody)";
        }
        double[] sorted = values.stream().mapToDouble(value -> value).sorted().toArray();
        double p99 = sorted[(int) Math.ceil(0.99 * sorted.length) - 1];
        return String.format(
                Locale.ROOT,
                "(%d clients) median %.2f s, p99 %.2f s, max %.2f s",
                sorted.length,
                sorted[sorted.length / 2],
                p99,
                sorted[sorted.length - 1]);
    }

    /** From a fault until a client whose connection it broke is connected; negative if it broke none. */
    private static double secondsUntilBack(ClientLog client, long fault, long end) {
        boolean connected = false;
        boolean broken = false;
        for (SessionEvent event : client.session().events()) {
            if (event.at() >= end) {
                break;
            }
            if (event instanceof Connected) {
                if (broken) {
                    return (event.at() - fault) / SECOND;
                }
                connected = true;
            } else if (event instanceof Closed closed) {
                broken |= connected && event.at() >= fault && !closed.why().equals(SessionLog.WANTED);
                connected = false;
            }
        }
        return broken ? Double.POSITIVE_INFINITY : -1;
    }

    /** The longest time without an acknowledgement that goes on after a fault; negative for who published nothing then. */
    private static double longestSilence(ClientLog client, long fault, long end) {
        long[] times = client.sends().acknowledgements();
        int from = Arrays.binarySearch(times, fault);
        int next = from < 0 ? -from - 1 : from;
        long previous = fault;
        double longest = -1;
        for (int i = next; i < times.length && previous < end; i++) {
            longest = Math.max(longest, (times[i] - previous) / SECOND);
            previous = times[i];
        }
        return longest;
    }
}
