package io.lacewing.conformance.suite;

import io.lacewing.conformance.wire.Version;
import java.util.List;

/**
 * Something that the standards ask of a server, and the way to find out.
 *
 * @param name short and for good, as "connect.second": chapter, dot, words joined by hyphens
 * @param title what the broker does if all is well, in a sentence
 * @param v3 the statements of MQTT 3.1.1 that it proves; not run for 3.1.1 if there is none
 * @param v5 the statements of MQTT 5.0 that it proves; not run for 5.0 if there is none
 * @param body what is done
 */
public record Case(String name, String title, List<String> v3, List<String> v5, Body body) {

    /** What a case does; it ends without an exception if the broker does what it should. */
    @FunctionalInterface
    public interface Body {
        /** Runs on a thread of its own, and may wait. */
        void run(Bench bench) throws Exception;
    }

    /** The statements that it proves in {@code version}. */
    public List<String> statements(Version version) {
        return version == Version.V3 ? v3 : v5;
    }
}
