package io.lacewing.node.auth.scram;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where the users of SCRAM are kept. Answers at once, on any thread. */
public interface ScramUsers {
    /**
     * A user.
     *
     * @param groups that it is in
     */
    record Found(ScramKeys keys, Set<String> groups) {}

    /** The user of this name with keys of this kind; null if there is none. */
    @Nullable
    Found find(String name, ScramAlgorithm algorithm);

    /** Keys of this kind of some user, always the same one as long as its keys are; null if there is none. */
    @Nullable
    ScramKeys sample(ScramAlgorithm algorithm);
}
