package io.lacewing.lab.history;

import io.lacewing.lab.history.SessionEvent.Closed;
import io.lacewing.lab.history.SessionEvent.Connected;
import io.lacewing.lab.history.SessionEvent.Connecting;
import io.lacewing.lab.history.SessionEvent.Disconnecting;
import io.lacewing.lab.history.SessionEvent.Refused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whether Session Present was always right. <b>Vanished</b>: a session was acknowledged, has not ended or expired as far as the
 * client can know, and was not there. <b>Resurrected</b>: a session that an acknowledged clean start or session expiry 0 has
 * ended was there. A CONNECT that was not answered may take effect at any time after it was sent, so what it may begin or end
 * is not judged any more.
 */
final class SessionRule {
    private static final long SECOND = 1_000_000_000L;

    private final History history;
    private final ClientLog client;
    private boolean exists;
    private boolean mayHaveEnded;
    private boolean mayHaveBegun;
    private long expiry;
    private long closedAt;
    private @Nullable Connecting pending;

    SessionRule(History history, ClientLog client) {
        this.history = history;
        this.client = client;
    }

    void check(List<Finding> findings) {
        for (SessionEvent event : client.session().events()) {
            switch (event) {
                case Connecting connecting -> pending = connecting;
                case Connected connected -> connected(connected, findings);
                case Refused refused -> pending = null;
                case Disconnecting last -> mayHaveEnded |= last.expiry() == 0 && expiry != 0;
                case Closed closed -> closed(closed);
            }
        }
    }

    private void connected(Connected connected, List<Finding> findings) {
        Connecting asked = pending;
        if (asked == null) {
            findings.add(new Finding(Finding.Kind.PROTOCOL, client.id(), "a CONNACK without a CONNECT"));
            return;
        }
        boolean expired = exists && closedAt != 0 && connected.at() - closedAt >= expiry * SECOND;
        if (connected.sessionPresent() && asked.cleanStart()) {
            findings.add(finding(Finding.Kind.RESURRECTED, connected, "though it asked for a clean start"));
        } else if (connected.sessionPresent() && !exists && !mayHaveBegun) {
            findings.add(finding(Finding.Kind.RESURRECTED, connected, "though there was none, or it had ended"));
        } else if (!connected.sessionPresent() && !asked.cleanStart() && exists && !mayHaveEnded && !expired) {
            findings.add(finding(Finding.Kind.VANISHED, connected, "though it had been acknowledged"));
        }
        pending = null;
        exists = true;
        expiry = connected.expiry();
        closedAt = 0;
    }

    private Finding finding(Finding.Kind kind, Connected connected, String why) {
        String what = "session present " + (connected.sessionPresent() ? 1 : 0) + " " + why + ", at "
                + history.time(connected.at());
        return new Finding(kind, client.id(), what);
    }

    private void closed(Closed closed) {
        Connecting unanswered = pending;
        if (unanswered != null) {
            mayHaveEnded |= unanswered.cleanStart() || unanswered.expiry() == 0;
            mayHaveBegun |= unanswered.expiry() > 0;
            pending = null;
        } else if (exists) {
            exists = expiry > 0;
            closedAt = closed.at();
        }
    }
}
