package io.lacewing.router;

/**
 * What a route says about its destination. For a share group: how many members of the group live there.
 *
 * @param online members that are connected
 * @param offline members whose session waits for its client
 */
public record RouteValue(int online, int offline) {
    /** The value of every route that is not a share group's: there is nothing to say. */
    public static final RouteValue PLAIN = new RouteValue(0, 0);

    /**
     * Checks the counts.
     *
     * @throws IllegalArgumentException if one is negative
     */
    public RouteValue {
        if (online < 0 || offline < 0) {
            throw new IllegalArgumentException("negative members: " + online + " online, " + offline + " offline");
        }
    }
}
