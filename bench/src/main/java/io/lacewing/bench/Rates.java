package io.lacewing.bench;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** What bounds on rates cost per message, where none is reached. */
final class Rates implements Measurement {
    private static final String PER_SECOND = "100000000";
    private static final List<String> BOUNDS = List.of("messagesIn", "bytesIn", "messagesOut", "bytesOut");

    @Override
    public String name() {
        return "rates";
    }

    @Override
    public String summary() {
        return "CPU time per message with bounds on rates that are not reached against that without";
    }

    @Override
    public String what() {
        return """
                Three nodes side by side: two without bounds on rates, one with all four of each client (limits.rates.client)
                and all four of the listener, too high to be reached. They take short turns of the same load. Shown is the CPU
                time of the node's process per delivered message, in microseconds and as a ratio to the turn beside it: the
                median of the turns, with the least and the most. 'same again' are two nodes without bounds: what differs no
                more than that is noise.
                """;
    }

    @Override
    public List<Options.Option> options() {
        return Paired.options();
    }

    @Override
    public void run(Environment environment) throws IOException {
        Paired.run(environment, "rates", settings(), Paired.shapes(environment, 1));
    }

    /** Bounds on all, in both directions. */
    static List<String> settings() {
        List<String> settings = new ArrayList<>();
        for (String bound : BOUNDS) {
            settings.add("limits.rates.client." + bound + "=" + PER_SECOND);
            settings.add("listeners.0.rates." + bound + "=" + PER_SECOND);
        }
        return settings;
    }
}
