package io.lacewing.node.metrics;

import io.lacewing.cluster.core.ClusterStanding;
import io.lacewing.persistence.journal.JournalStats;
import io.lacewing.node.overload.Overload;
import io.lacewing.node.overload.Sample;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.List;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The node's metrics: the broker's own and the JVM's, in one registry. Thread-safe. */
public final class Metrics implements AutoCloseable {
    /** The content type of {@link #scrape()}. */
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final JvmGcMetrics gc = new JvmGcMetrics();
    private final BrokerMetrics broker = new BrokerMetrics(registry);
    private final EntranceMetrics entrance = new EntranceMetrics(registry);

    /**
     * Starts measuring.
     *
     * @param version the broker's version
     * @param nodeId the node's id
     */
    public Metrics(String version, String nodeId) {
        Gauge.builder("lacewing.node", () -> 1)
                .description("Always 1; its tags say what runs here")
                .tag("version", version)
                .tag("node", nodeId)
                .register(registry);
        List.of(
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ClassLoaderMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
        gc.bindTo(registry);
    }

    /** What the broker itself counts. */
    public BrokerMetrics broker() {
        return broker;
    }

    /** What is counted before CONNECT. */
    public EntranceMetrics entrance() {
        return entrance;
    }

    /** Shows how the node stands in its cluster; null as long as nobody knows. {@code standing} may run on any thread. */
    public void showStanding(Supplier<@Nullable ClusterStanding> standing) {
        ClusterMetrics.show(registry, standing);
    }

    /** Shows how often this process had to join its cluster anew. */
    public void showRejoins(int rejoins) {
        FunctionCounter.builder("lacewing.rejoins", this, metrics -> rejoins)
                .description("Times that this process joined its cluster anew, as that had gone on without it")
                .register(registry);
    }

    /**
     * Shows how it stands with the password file. Each may run on any thread.
     *
     * @param users in the file now
     * @param rejected changes of the file that were not taken
     * @param waiting clients that wait for the check of their password
     */
    public void showPasswordFile(LongSupplier users, LongSupplier rejected, LongSupplier waiting) {
        Gauge.builder("lacewing.passwords.users", users, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Users of the password file that is in use")
                .register(registry);
        Gauge.builder("lacewing.passwords.waiting", waiting, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Clients that wait for the check of their password")
                .register(registry);
        // The registry keeps no strong reference to what a counter reads: the lambda must hold it.
        FunctionCounter.builder("lacewing.passwords.rejected", this, metrics -> rejected.getAsLong())
                .description("Changes of the password file that were not taken, as the file could not be used")
                .register(registry);
    }

    /**
     * Shows how it stands with tokens. Each may run on any thread.
     *
     * @param keys that tokens can be checked by
     * @param waiting clients that wait for the check of their token
     * @param fetched sets of keys that were fetched
     * @param failed fetches that have failed
     */
    public void showTokens(LongSupplier keys, LongSupplier waiting, LongSupplier fetched, LongSupplier failed) {
        Gauge.builder("lacewing.jwt.keys", keys, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Keys that tokens can be checked by")
                .register(registry);
        Gauge.builder("lacewing.jwt.waiting", waiting, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Clients that wait for the check of their token")
                .register(registry);
        fetches("success", fetched);
        fetches("failure", failed);
    }

    private void fetches(String result, LongSupplier count) {
        FunctionCounter.builder("lacewing.jwks.fetches", this, metrics -> count.getAsLong())
                .description("Fetches of the set of keys for tokens")
                .tag("result", result)
                .register(registry);
    }

    /**
     * Shows what one way of authentication has decided. Both may run on any thread.
     *
     * @param mechanism its name
     */
    public void showAuthentications(String mechanism, LongSupplier allowed, LongSupplier denied) {
        authentications(mechanism, "allowed", allowed);
        authentications(mechanism, "denied", denied);
    }

    private void authentications(String mechanism, String result, LongSupplier count) {
        FunctionCounter.builder("lacewing.authentications", this, metrics -> count.getAsLong())
                .description("Clients that were let in or refused, by what has decided it")
                .tag("mechanism", mechanism)
                .tag("result", result)
                .register(registry);
    }

    /** Counts of another system that is asked who clients are. */
    public RemoteMetrics remote(String authenticator) {
        return new RemoteMetrics(registry, authenticator);
    }

    /**
     * Shows how it stands with the rules file. Each may run on any thread.
     *
     * @param rules in the file now
     * @param rejected changes of the file that were not taken
     */
    public void showRulesFile(LongSupplier rules, LongSupplier rejected) {
        Gauge.builder("lacewing.acl.rules", rules, LongSupplier::getAsLong)
                .strongReference(true)
                .description("Rules of the rules file that is in use, those of a role for each who has it")
                .register(registry);
        FunctionCounter.builder("lacewing.acl.rejected", this, metrics -> rejected.getAsLong())
                .description("Changes of the rules file that were not taken, as the file could not be used")
                .register(registry);
    }

    /** Shows what the HTTP port counts. Once. */
    public void showHttp(HttpNumbers numbers) {
        numbers.show(registry, this);
    }

    /** Shows how overloaded the node is, and what it has done. {@code sample} may run on any thread. */
    public void showOverload(Overload overload, Supplier<Sample> sample) {
        OverloadMetrics.show(registry, overload, sample);
    }

    /** Shows how many bans of a kind are in force. {@code count} may run on any thread. */
    public void showBans(String kind, LongSupplier count) {
        AuditMetrics.bans(registry, kind, count);
    }

    /** Shows how many bans this node has set by itself. {@code count} may run on any thread. */
    public void showAutomaticBans(String cause, LongSupplier count) {
        AuditMetrics.automaticBans(registry, cause, count);
    }

    /** Shows how many events the audit log has told. {@code count} may run on any thread. */
    public void showAuditEvents(String event, LongSupplier count) {
        AuditMetrics.events(registry, event, count);
    }

    /** Shows how many events the audit log has not told. Both may run on any thread. */
    public void showAuditLosses(LongSupplier leftOut, LongSupplier dropped) {
        AuditMetrics.losses(registry, leftOut, dropped);
    }

    /** Shows what the journal does. {@code stats} may run on any thread. */
    public void showJournal(Supplier<JournalStats> stats) {
        JournalMetrics.show(registry, stats);
    }

    /**
     * Shows how many handshakes of a listener on TLS failed. {@code failedHandshakes} may run on any thread.
     *
     * @param listener its name
     */
    public void showFailedHandshakes(String listener, LongSupplier failedHandshakes) {
        tlsCounter(
                "lacewing.tls.handshake.failures",
                "Connections that ended before their handshake of TLS was done",
                listener,
                failedHandshakes);
    }

    /** Shows changes that were not taken; {@code listener} is {@code cluster} for the messages between nodes. Any thread. */
    public void showReloads(String listener, LongSupplier failedReloads) {
        tlsCounter(
                "lacewing.tls.reload.failures",
                "Changes of certificates, keys or authorities that could not be used",
                listener,
                failedReloads);
    }

    private void tlsCounter(String name, String description, String listener, LongSupplier count) {
        FunctionCounter.builder(name, this, metrics -> count.getAsLong())
                .description(description)
                .tag("listener", listener)
                .register(registry);
    }

    /**
     * Shows when a certificate of a listener ends. {@code secondsLeft} may run on any thread.
     *
     * @param certificate its index in the configuration
     */
    public void showCertificate(String listener, int certificate, DoubleSupplier secondsLeft) {
        Gauge.builder("lacewing.tls.certificate.expiry.seconds", secondsLeft, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .description("Seconds until the certificate ends, or one of its chain; negative if it has")
                .tag("listener", listener)
                .tag("certificate", Integer.toString(certificate))
                .register(registry);
    }

    /**
     * Shows until when a listener's lists of revoked certificates count.
     *
     * @param file its index in the configuration
     */
    public void showRevocationList(String listener, int file, DoubleSupplier secondsLeft) {
        Gauge.builder("lacewing.tls.crl.expiry.seconds", secondsLeft, DoubleSupplier::getAsDouble)
                .strongReference(true)
                .description(
                        "Seconds until a list of revoked certificates in the file is out of date; negative if it is, and"
                                + " clients of its authority are refused")
                .tag("listener", listener)
                .tag("crl", Integer.toString(file))
                .register(registry);
    }

    /** All metrics as Prometheus text. Takes milliseconds: not for event loops. */
    public String scrape() {
        return registry.scrape(CONTENT_TYPE);
    }

    /** Stops listening for garbage collections. */
    @Override
    public void close() {
        gc.close();
        registry.close();
    }
}
