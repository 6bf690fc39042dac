package io.lacewing.node.connection;

import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.rates.RateTable;
import org.jspecify.annotations.Nullable;

/** The bounds on rates of one connection, from its CONNACK to its end. Owned by the connection's event loop. */
final class ConnectionRates {
    private static final long NANOS_PER_MILLI = 1_000_000;

    private final RateTable table;
    private final ConnectionLoop loop;
    private final @Nullable String user;
    private final @Nullable String tenant;
    private final @Nullable Reading reading;
    private final @Nullable Sending sending;

    private ConnectionRates(
            RateTable table,
            ConnectionLoop loop,
            @Nullable String user,
            @Nullable String tenant,
            @Nullable Reading reading,
            @Nullable Sending sending) {
        this.table = table;
        this.loop = loop;
        this.user = user;
        this.tenant = tenant;
        this.reading = reading;
        this.sending = sending;
    }

    /**
     * The connection is let in: what it sends is measured from now on. Null if the node bounds no rates.
     *
     * @param user the name that the client has proven
     * @param tenant that of its tenant
     */
    static @Nullable ConnectionRates begin(
            Connection connection,
            Endpoint endpoint,
            ConnectionLoop loop,
            @Nullable String user,
            @Nullable String tenant) {
        RateTable table = loop.broker().rates();
        if (table == null) {
            return null;
        }
        RateTable.Share share = table.begin(endpoint.listener(), user, tenant, System.nanoTime());
        Reading reading = share.in() == null ? null : new Reading(connection, endpoint, loop, share.in());
        if (reading != null) {
            endpoint.meter(reading);
        }
        Sending sending = share.out() == null ? null : new Sending(connection, loop, share.out());
        return new ConnectionRates(table, loop, user, tenant, reading, sending);
    }

    /** What is sent on the connection; null if it may be any amount. */
    @Nullable
    Sending sending() {
        return sending;
    }

    /** The connection has ended. To be called once: others of its user share the bucket that it gives back. */
    void end() {
        if (reading != null) {
            reading.end();
        }
        if (sending != null) {
            sending.end();
        }
        long full = table.end(user, tenant, System.nanoTime());
        if (full > 0) {
            loop.context()
                    .owner()
                    .setTimer(1 + full / NANOS_PER_MILLI, id -> table.forget(user, tenant, System.nanoTime()));
        }
    }
}
