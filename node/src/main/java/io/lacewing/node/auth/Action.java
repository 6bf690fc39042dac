package io.lacewing.node.auth;

import java.util.Set;

/** What a {@link Rule} is about. */
public enum Action {
    /** To publish, by PUBLISH or as a will. */
    PUBLISH,
    /** To subscribe, and so to receive. */
    SUBSCRIBE;

    /**
     * What rules call actions: {@code publish}, {@code subscribe}, or {@code all}.
     *
     * @throws IllegalArgumentException if it is none of these; the message ends the sentence that names what was read
     */
    public static Set<Action> named(String text) {
        return switch (text) {
            case "publish" -> Set.of(PUBLISH);
            case "subscribe" -> Set.of(SUBSCRIBE);
            case "all" -> Set.of(values());
            default -> throw new IllegalArgumentException("must be publish, subscribe or all");
        };
    }
}
