package io.lacewing.node;

import io.lacewing.node.audit.Audit;
import io.lacewing.node.auth.Anonymous;
import io.lacewing.node.auth.Authentication;
import io.lacewing.node.auth.Authenticator;
import io.lacewing.node.config.LimitsConfig;
import io.lacewing.node.config.NodeConfig;
import io.lacewing.node.connection.Broker;
import io.lacewing.node.metrics.Metrics;
import io.lacewing.node.mqtt.ListenerOptions;
import io.lacewing.node.mqtt.MqttListener;
import io.lacewing.node.overload.Overload;
import io.lacewing.router.RetainedIndex;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.internal.VertxInternal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** The connections' side of a broker, without a core: whether the node may acknowledge is for the test to say. */
public final class GatedBroker implements AutoCloseable {
    private static final int LOOPS = 2;

    private final Vertx vertx =
            Vertx.vertx(new VertxOptions().setPreferNativeTransport(true).setEventLoopPoolSize(LOOPS));
    private final Metrics metrics = new Metrics("test", "test");
    private final AtomicBoolean lease = new AtomicBoolean(true);
    private final Withheld withheld = new Withheld();
    private final Overload overload = new Overload(1 << 20, 1 << 20);
    private final Audit audit;
    private final BanPart bans;
    private final Broker broker;
    private final int port;

    /** Starts it; each setting is {@code key=value}. */
    public GatedBroker(String... settings) {
        this(List.of(new Anonymous(Anonymous.Reach.EVERYWHERE, false)), settings);
    }

    /** As {@link #GatedBroker(String...)}, with these authenticators. */
    public GatedBroker(List<Authenticator> authenticators, String... settings) {
        NodeConfig config = TestNodes.config(Path.of("unused"), settings);
        LimitsConfig limits = config.limits();
        audit = audit(config);
        bans = new BanPart(
                config.bans(), RetainedIndex::empty, order -> Future.failedFuture("there is no core"), audit);
        broker = new Broker(
                (VertxInternal) vertx,
                context -> new StubGate(context, lease, withheld),
                Limits.connections(limits),
                Limits.features(config.mqtt()),
                new LoopCounters(metrics.broker(), LOOPS),
                new Authentication(Map.of(), authenticators),
                bans.oversight(),
                config.cluster().netsplit().pauseGrace().toMillis(),
                overload);
        broker.goOn();
        port = await(new MqttListener(vertx, options(ListenerOptions.Type.TCP), broker).start());
    }

    private ListenerOptions options(ListenerOptions.Type type) {
        return new ListenerOptions()
                .type(type)
                .host("127.0.0.1")
                .port(0)
                .overload(overload)
                .eventLoops(LOOPS);
    }

    /** A port of MQTT over WebSocket, opened now. */
    public int openWebSocket() {
        return await(new MqttListener(vertx, options(ListenerOptions.Type.WEBSOCKET), broker).start());
    }

    /** How overloaded it is: nobody watches but the test. Its budgets are 1 MiB each. */
    public Overload overload() {
        return overload;
    }

    private static Audit audit(NodeConfig config) {
        try {
            return Audit.open(config.monitoring().audit());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The port of MQTT over TCP. */
    public int tcp() {
        return port;
    }

    /** What the metrics show. */
    public String scrape() {
        return metrics.scrape();
    }

    /** From now on the node may acknowledge, or may not; the connections have not been told. */
    public void lease(boolean has) {
        lease.set(has);
    }

    /** From now on nothing that is published is answered for, but by {@link #answer}. */
    public void keepAnswers() {
        withheld.keep();
    }

    /** Gives the next answer that was kept; false if there is none yet. */
    public boolean answer() {
        return withheld.give();
    }

    /** What the core was asked for of publishes and ends of connections, in order. */
    public List<String> asked() {
        return withheld.asked();
    }

    /** The node stops. */
    public void end() {
        await(broker.end("the node stops"));
    }

    /** As the core tells the connections. */
    public void pause(String why) {
        broker.pause(why);
    }

    /** As the core tells the connections. */
    public void goOn() {
        broker.goOn();
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage()
                .toCompletableFuture()
                .orTimeout(20, TimeUnit.SECONDS)
                .join();
    }

    @Override
    public void close() {
        await(vertx.close());
        bans.close();
        audit.close();
        metrics.close();
    }
}
