package io.lacewing.node.connection;

import io.lacewing.cluster.ClientPort;
import io.lacewing.cluster.Gate.Reply;
import io.lacewing.node.auth.Verdict;
import io.lacewing.node.mqtt.Auth;
import io.lacewing.node.mqtt.Connack;
import io.lacewing.node.mqtt.Connect;
import io.lacewing.node.mqtt.Disconnect;
import io.lacewing.node.mqtt.Endpoint;
import io.lacewing.node.mqtt.PacketHandler;
import io.lacewing.node.mqtt.Publish;
import io.lacewing.node.mqtt.ReasonCode;
import io.lacewing.node.mqtt.Subscribe;
import io.lacewing.node.mqtt.Unsubscribe;
import io.lacewing.persistence.shard.Delivery;
import io.lacewing.persistence.shard.OpResult.Attached;
import io.lacewing.persistence.shard.ShardOp;
import io.lacewing.persistence.shard.ShardOp.Acknowledge.Kind;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's connection: the rules between its packets and its session. Owned by its event loop. Its states:
 *
 * <pre>
 *   ATTACHING  the CONNECT is in order; {@link Identifying}, or {@link Authenticating} if it names an authentication method,
 *              has the word; then the shard of the client id is asked for an attach epoch
 *   OPEN       the CONNACK is sent; packets flow
 *   CLOSED     nothing more comes or goes
 *
 *   CONNECT in order                 -> ATTACHING   (a faulty one: -> CLOSED, with its CONNACK)
 *   ATTACHING, attached              -> OPEN
 *   ATTACHING, refused, closed or DISCONNECT -> CLOSED (the attach is taken back; an epoch that still comes is detached)
 *   OPEN, DISCONNECT, error, closed, keep alive over, taken over, shutdown -> CLOSED, and Detach, once what it has
 *              published is settled
 * </pre>
 */
final class Connection implements PacketHandler, ClientPort {
    private static final Logger log = LoggerFactory.getLogger(Connection.class);

    /**
     * How long a connection that is taken over is still read from. The shortest time there is: a timer that is set by a task
     * of the loop runs after the loop has looked at its sockets again, however long its other tasks take.
     */
    private static final long LAST_WORD_MILLIS = 1;

    private enum State {
        ATTACHING,
        OPEN,
        CLOSED
    }

    private final ConnectionLoop loop;
    private final Endpoint endpoint;
    private final Acknowledger acknowledger;
    private final String clientId;
    private final long number;
    private final Silence silence;
    private final boolean askedNoExpiry;
    private State state = State.ATTACHING;
    private @Nullable ClientSession session;
    private @Nullable Attaching attaching;
    private @Nullable Publisher publisher;
    private @Nullable Authenticating authenticating;
    private final Proof proof;
    private long epoch;

    /** The packets of this read ask something of the core. */
    private boolean asks;

    /** Where {@link KeepAlive} keeps it; -1 if nowhere. */
    int keepAliveSlot = -1;

    Connection(ConnectionLoop loop, Endpoint endpoint, Connect connect) {
        this.loop = loop;
        this.endpoint = endpoint;
        this.proof = new Proof(this, endpoint, loop);
        this.acknowledger = new Acknowledger(this, endpoint, loop.lease());
        this.number = loop.gate().nextConnectionNumber();
        this.clientId = Terms.clientId(connect, loop.gate().incarnation(), number);
        Terms terms = new Terms(
                connect, clientId, loop.broker().limits(), loop.broker().features());
        this.attaching = new Attaching(this, loop, terms);
        this.silence = new Silence(endpoint, terms.keepAlive() * 1000);
        this.askedNoExpiry = connect.version().isV5() && connect.properties().sessionExpiry() == 0;
    }

    // ---- coming ----

    /** Asks for the client id's attach epoch, or refuses the CONNECT. */
    void attach() {
        Attaching begun = attaching;
        if (begun != null && state == State.ATTACHING) {
            begun.begin(endpoint);
        }
    }

    /** The client's CONNECT has an authentication method: here for as long as the connection, as it may come again. */
    void authenticating(Authenticating by) {
        authenticating = by;
    }

    /** The client has proven who it is: only now may it take over the session of its client id; or has proven it again. */
    void authenticated(Verdict.Allow proven, Connack.@Nullable Authentication lastWord) {
        Attaching going = attaching;
        if (going == null) {
            proof.again(proven.identity());
            Rejudging.judge(this);
        } else {
            going.authenticated(endpoint, proven, lastWord);
        }
    }

    /** The client id is this connection's, unless the connection has ended meanwhile. */
    void attached(Attached attached, Terms terms) {
        epoch = attached.epoch();
        if (state != State.ATTACHING) {
            detach(true, Disconnect.UNCHANGED, null);
            return;
        }
        state = State.OPEN;
        attaching = null;
        session = attached.persistent()
                ? new PersistentSession(this, endpoint, loop, epoch, terms.window())
                : new TransientSession(this, endpoint, loop, terms.window());
        silence.restart(); // it is not the client who was silent until now
        loop.keepAlive().add(this);
        if (loop.isStill()) {
            pause();
        }
        loop.broker().counters().connect(loop.index(), ReasonCode.SUCCESS);
        endpoint.accept(terms.connack(attached.sessionPresent()));
        log.debug("{} connected as {}, {}, with {}", endpoint.remoteAddress(), clientId, proof.identity(), attached);
        proof.begin();
        Rejudging.opened(this, attached.persistent() && attached.sessionPresent());
    }

    @Nullable
    ClientSession session() {
        return session;
    }

    /** Who the client has been found to be. */
    Proof proof() {
        return proof;
    }

    // ---- going ----

    /** Leaves the state ATTACHING: the attach must not come after that of the client's next connection. */
    private void giveUp() {
        state = State.CLOSED;
        endAuthenticating();
        Attaching ending = attaching;
        attaching = null;
        if (ending != null) {
            ending.cancel();
        }
    }

    private void endAuthenticating() {
        if (authenticating != null) {
            authenticating.end();
        }
    }

    /** Answers the CONNECT with an error. */
    void refuse(ReasonCode reason, String why) {
        refuse(reason, why, null);
    }

    private void refuse(ReasonCode reason, String why, @Nullable String serverReference) {
        if (attaching != null) {
            attaching.refused(endpoint, reason, why);
        }
        giveUp();
        loop.broker().counters().connect(loop.index(), reason);
        endpoint.refuse(reason, why, serverReference);
    }

    /** Sends the client away; its will follows. */
    void disconnect(ReasonCode reason, String why) {
        disconnect(reason, why, null);
    }

    private void disconnect(ReasonCode reason, String why, @Nullable String serverReference) {
        if (state == State.ATTACHING) {
            refuse(reason == ReasonCode.SESSION_TAKEN_OVER ? ReasonCode.SERVER_BUSY : reason, why, serverReference);
        } else if (state == State.OPEN) {
            gone(reason.name(), why);
            endpoint.disconnect(reason, why, serverReference);
            leave(false, Disconnect.UNCHANGED);
        }
    }

    private void gone(String reason, String why) {
        loop.broker().oversight().gone(this, endpoint, reason, why);
    }

    /** As {@link #disconnect}, but the will is discarded: it is what the client may not leave. */
    void disconnectWithoutWill(ReasonCode reason, String why) {
        gone(reason.name(), why);
        endpoint.disconnect(reason, why, null);
        leave(true, Disconnect.UNCHANGED);
    }

    /** As {@link #disconnect}, but to the servers that the broker refers to, if any and if the client can be told (4.11). */
    void sendAway(ReasonCode reason, String why) {
        String others = loop.broker().features().serverReference();
        if (others != null && endpoint.version().isV5()) {
            disconnect(ReasonCode.USE_ANOTHER_SERVER, why, others);
        } else {
            disconnect(reason, why);
        }
    }

    void protocolError(String what) {
        disconnect(ReasonCode.PROTOCOL_ERROR, what);
    }

    /**
     * Ends the connection once the client's last word has been heard: a DISCONNECT that it sent before it connected again
     * may be in the socket already, and so deletes the will and is not answered with 0x8E.
     */
    @Override
    public void takenOver() {
        loop.context()
                .owner()
                .setTimer(
                        LAST_WORD_MILLIS,
                        id -> disconnect(ReasonCode.SESSION_TAKEN_OVER, "the client id connected again"));
    }

    @Override
    public void failed() {
        disconnect(ReasonCode.UNSPECIFIED_ERROR, "a message could not be delivered");
    }

    /** Leaves the state OPEN: the session is told, and the shard. */
    private void leave(boolean discardWill, long sessionExpiry) {
        leave(discardWill, sessionExpiry, null);
    }

    private void leave(boolean discardWill, long sessionExpiry, @Nullable Reply detached) {
        if (state != State.OPEN) {
            return;
        }
        state = State.CLOSED;
        endAuthenticating();
        // What came in the same read as the end: no onReadComplete follows it.
        loop.flush();
        loop.keepAlive().remove(this);
        proof.cancel();
        ClientSession ending = session;
        if (ending != null) {
            ending.end();
        }
        Publisher published = publisher;
        if (published == null) {
            detach(discardWill, sessionExpiry, detached);
        } else {
            published.settle(() -> detach(discardWill, sessionExpiry, detached));
        }
    }

    private void detach(boolean discardWill, long sessionExpiry, @Nullable Reply detached) {
        String id = proof.sessionId();
        loop.gate().request(id, new ShardOp.Detach(id, epoch, discardWill, sessionExpiry), detached);
        loop.gate().unregister(number);
    }

    @Override
    public void onDisconnect(Disconnect disconnect) {
        if (askedNoExpiry && disconnect.sessionExpiry() > 0) {
            protocolError("DISCONNECT with a session expiry, though CONNECT had none [MQTT-3.14.2-2]");
            return;
        }
        if (state == State.ATTACHING) {
            giveUp(); // Only a client that authenticates can say it here; without a session it has no will yet.
        }
        // Nothing may come after it.
        pause();
        if (state != State.OPEN) {
            endpoint.end();
            return;
        }
        gone(disconnect.reason().name(), "the client said so");
        long max = loop.broker().limits().maxSessionExpiry();
        long expiry = disconnect.sessionExpiry();
        // The close waits for the shard: a client that sees it and comes back, be it to another node, must not find the
        // session as it was, with a will, or with messages that it has acknowledged.
        leave(
                disconnect.reason() == ReasonCode.SUCCESS,
                expiry == Disconnect.UNCHANGED ? expiry : Math.min(expiry, max),
                answer -> endpoint.end());
        loop.gate().flush();
    }

    @Override
    public void onProtocolError(ReasonCode reason, String what) {
        log.debug("{} broke the protocol as {}: {}, {}", endpoint.remoteAddress(), clientId, reason, what);
        if (state == State.ATTACHING) {
            giveUp();
            loop.broker().counters().connect(loop.index(), reason);
        }
        gone(reason.name(), what);
        leave(false, Disconnect.UNCHANGED);
    }

    @Override
    public void onClosed() {
        if (state == State.ATTACHING) {
            giveUp();
        }
        gone("CLOSED", "the connection closed without DISCONNECT");
        leave(false, Disconnect.UNCHANGED);
        proof.cancel();
        loop.broker().closed(loop.index());
    }

    /** Ends the connection if the client has been silent for too long. */
    void checkAlive(long now) {
        if (silence.isTooLong(now)) {
            disconnect(ReasonCode.KEEP_ALIVE_TIMEOUT, "nothing came for one and a half times the keep alive");
        }
    }

    /** As {@link Silence#pause}. */
    void pause() {
        silence.pause();
    }

    /** As {@link Silence#resume}. */
    void resume() {
        silence.resume();
    }

    /** True if what the client sends is not read at present. */
    boolean isPaused() {
        return silence.isPaused();
    }

    /** By which the client's packets are acknowledged. */
    Acknowledger acknowledge() {
        return acknowledger;
    }

    boolean isAttaching() {
        return state == State.ATTACHING;
    }

    boolean isOpen() {
        return state == State.OPEN;
    }

    String clientId() {
        return clientId;
    }

    long number() {
        return number;
    }

    // ---- messages from the client ----

    @Override
    public void onPublish(Publish publish) {
        if (state == State.OPEN) {
            publisher().take(publish);
        }
    }

    /** What the client publishes; only while there is a session. */
    Publisher publisher() {
        Publisher known = publisher;
        if (known != null) {
            return known;
        }
        ClientSession of = session;
        if (of == null) {
            throw new IllegalStateException("a PUBLISH without a session");
        }
        Publisher made = new Publisher(this, endpoint, loop, of);
        publisher = made;
        return made;
    }

    /** A QoS 2 message from the client has ended, maybe one of an earlier connection. */
    void released() {
        if (publisher != null) {
            publisher.ended();
        }
    }

    @Override
    public void onPubrel(int packetId, int reasonCode) {
        asks = true;
        if (session != null && (publisher == null || !publisher.released(packetId))) {
            session.release(packetId);
        }
    }

    @Override
    public void onReadComplete() {
        loop.flush();
        if ((publisher != null || asks) && state == State.OPEN && loop.isCongested()) {
            publisher().hold(null);
        }
        asks = false;
    }

    // ---- messages to the client ----

    @Override
    public void deliver(Delivery delivery) {
        if (session != null && state == State.OPEN) {
            session.deliver(delivery);
        }
    }

    @Override
    public void onPuback(int packetId, int reasonCode) {
        acknowledge(Kind.PUBACK, packetId, reasonCode);
    }

    @Override
    public void onPubrec(int packetId, int reasonCode) {
        acknowledge(Kind.PUBREC, packetId, reasonCode);
    }

    @Override
    public void onPubcomp(int packetId, int reasonCode) {
        acknowledge(Kind.PUBCOMP, packetId, reasonCode);
    }

    private void acknowledge(Kind kind, int packetId, int reasonCode) {
        if (session != null) {
            asks |= session instanceof PersistentSession;
            session.acknowledge(kind, packetId, reasonCode);
        }
    }

    @Override
    public void onWritable() {
        if (session != null && state == State.OPEN) {
            session.writable();
        }
    }

    /** Counts a PUBLISH to the client by what {@link Endpoint#publish} said. */
    void countSent(int size, int qos) {
        if (size > 0) {
            loop.broker().counters().sent(loop.index(), qos);
        } else if (size == Endpoint.TOO_LARGE) {
            loop.broker().counters().droppedTooLarge(loop.index());
        }
    }

    // ---- subscriptions, pings ----

    @Override
    public void onSubscribe(Subscribe subscribe) {
        ClientSession to = session;
        if (to == null) {
            return;
        }
        asks = true;
        SubscribeAnswer answer = new SubscribeAnswer(
                subscribe, to, loop.broker().limits(), loop.broker().features().capabilities(), proof);
        if (answer.isAnswerable(this, loop.broker().onDenied(), endpoint.version())) {
            to.subscribe(answer);
        }
    }

    @Override
    public void onUnsubscribe(Unsubscribe unsubscribe) {
        if (session == null) {
            return;
        }
        asks = true;
        session.unsubscribe(new UnsubscribeAnswer(unsubscribe, proof.mount()));
    }

    @Override
    public void onPingreq() {
        endpoint.pingresp();
    }

    @Override
    public void onAuth(Auth auth) {
        if (authenticating != null) {
            authenticating.onAuth(auth);
        } else {
            protocolError("AUTH without an authentication method in CONNECT [MQTT-4.12.0-7]");
        }
    }
}
