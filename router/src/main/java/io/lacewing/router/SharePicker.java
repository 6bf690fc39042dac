package io.lacewing.router;

import org.jspecify.annotations.Nullable;

/** Chooses the destination whose member gets a share group's message (4.8.2). */
public final class SharePicker {
    private SharePicker() {}

    /**
     * A destination of {@code group}, weighted by its connected members, or, if none is connected anywhere, by its
     * waiting ones. The choice depends on the arguments only. With a counter for {@code number} each destination gets,
     * in every round over all members, as many messages as it has members; a random number gives the same shares on
     * average.
     *
     * @param number any number: a counter of the caller's, or a random one
     * @return null if the group counts no member at all
     */
    public static @Nullable Destination pick(ShareGroup group, long number) {
        boolean online = group.online() > 0;
        long total = online ? group.online() : group.offline();
        if (total == 0) {
            return null;
        }
        long left = Math.floorMod(number, total);
        int index = 0;
        while (true) {
            RouteValue members = group.members(index);
            left -= online ? members.online() : members.offline();
            if (left < 0) {
                return group.destination(index);
            }
            index++;
        }
    }
}
