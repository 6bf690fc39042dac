package io.lacewing.conformance.suite;

/** Cases that belong together. */
@FunctionalInterface
public interface Chapter {

    /** Adds the cases. */
    void addTo(Cases cases);
}
