package io.lacewing.node.mqtt;

import io.netty.channel.Channel;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.net.SocketAddress;
import java.security.cert.X509Certificate;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.jspecify.annotations.Nullable;

/** Who is at the other end of a channel: the client itself, or the one that a trusted proxy has named. On its event loop. */
final class Peer {
    private Peer() {}

    /** As {@link Endpoint#remoteAddress}. */
    static SocketAddress address(Channel channel) {
        ProxiedClient client = ProxiedClient.of(channel);
        return MqttSocket.address(client == null ? channel.remoteAddress() : client.address());
    }

    /** As {@link Endpoint#proxiedName}. */
    static @Nullable String proxiedName(Channel channel) {
        ProxiedClient client = ProxiedClient.of(channel);
        return client == null ? null : client.commonName();
    }

    /** As {@link Endpoint#peerCertificate}. */
    static @Nullable X509Certificate certificate(ChannelPipeline pipeline) {
        SslHandler ssl = pipeline.get(SslHandler.class);
        try {
            return ssl == null
                    ? null
                    : (X509Certificate) ssl.engine().getSession().getPeerCertificates()[0];
        } catch (SSLPeerUnverifiedException shownNone) {
            return null;
        }
    }
}
