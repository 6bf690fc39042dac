package io.lacewing.conformance.fuzz;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What became of the inputs.
 *
 * @param inputs how many were sent
 * @param resets how many connections the broker broke off instead of closing them; its last answer may be lost then
 * @param answers how often each answer came: packet type, for CONNACK and DISCONNECT with reason code
 * @param failures what a broker must not do, each with the seed that shows it; the first few
 */
public record FuzzReport(long inputs, long resets, Map<String, Long> answers, List<String> failures, Duration took) {

    /** Writes it for people. */
    public void print(PrintWriter out) {
        answers.forEach((answer, count) -> out.printf("%12d  %s%n", count, answer));
        failures.forEach(failure -> out.println("FAILED   " + failure));
        double seconds = Math.max(0.001, took.toMillis() / 1000.0);
        out.printf(
                "%d inputs in %.1f s (%.0f a second), %d connections reset, %d failures%n",
                inputs, seconds, inputs / seconds, resets, failures.size());
        out.flush();
    }
}
