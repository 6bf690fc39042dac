package io.lacewing.persistence.shard;

import io.lacewing.router.Subscription;
import java.util.ArrayList;
import java.util.List;

/**
 * The members of one share group in one shard, by ordinal. A message goes to the members in turn, to offline ones only
 * if none is online (4.8.2). The turn is part of the replicated state.
 */
final class ShareGroupMembers {
    /** A session and its subscription to the group. */
    record Member(ClientRecord record, Subscription subscription) {}

    private final List<Member> online = new ArrayList<>(2);
    private final List<Member> offline = new ArrayList<>(2);
    long turn;

    int online() {
        return online.size();
    }

    int offline() {
        return offline.size();
    }

    boolean isEmpty() {
        return online.isEmpty() && offline.isEmpty();
    }

    /** Adds a member, or replaces its subscription. */
    void put(ClientRecord record, Subscription subscription) {
        List<Member> members = record.isConnected() ? online : offline;
        int at = find(members, record);
        Member member = new Member(record, subscription);
        if (at >= 0) {
            members.set(at, member);
        } else {
            members.add(-at - 1, member);
        }
    }

    void remove(ClientRecord record) {
        remove(online, record);
        remove(offline, record);
    }

    /** Who is next. There must be a member. */
    Member next() {
        List<Member> members = online.isEmpty() ? offline : online;
        return members.get((int) Long.remainderUnsigned(turn++, members.size()));
    }

    private static void remove(List<Member> members, ClientRecord record) {
        int at = find(members, record);
        if (at >= 0) {
            members.remove(at);
        }
    }

    private static int find(List<Member> members, ClientRecord record) {
        int low = 0;
        int high = members.size() - 1;
        while (low <= high) {
            int mid = (low + high) >>> 1;
            long ordinal = members.get(mid).record.ordinal;
            if (ordinal < record.ordinal) {
                low = mid + 1;
            } else if (ordinal > record.ordinal) {
                high = mid - 1;
            } else {
                return mid;
            }
        }
        return -low - 1;
    }
}
